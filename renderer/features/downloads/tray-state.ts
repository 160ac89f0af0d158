import { create } from 'zustand'
import { useSidebar } from '../../lib/sidebar.ts'

/** Whether the list of downloads is open. */
export const useTray = create<{ open: boolean }>()(() => ({ open: false }))

/** Opens the list of downloads, and the sidebar at whose foot it stands. */
export function openTray(): void {
  const { narrow } = useSidebar.getState()
  useSidebar.setState(narrow ? { drawerOpen: true } : { collapsed: false })
  // It is anchored to the sidebar, which must be there first.
  requestAnimationFrame(() => useTray.setState({ open: true }))
}
