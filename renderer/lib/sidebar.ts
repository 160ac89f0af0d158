import { create } from 'zustand'

export const SIDEBAR_MIN = 200
export const SIDEBAR_MAX = 400
export const SIDEBAR_DEFAULT = 248

const KEY = 'hearth.sidebar'
/** Below 900 px the sidebar is a drawer. */
const narrowQuery = typeof window === 'undefined' ? null : window.matchMedia('(max-width: 899.98px)')

export interface Sidebar {
  /** Width in px. */
  width: number
  collapsed: boolean
  /** Whether the window is too narrow for a fixed sidebar. */
  narrow: boolean
  drawerOpen: boolean
}

/** A width within what the sidebar can be. */
export function clampWidth(width: number): number {
  return Math.round(Math.min(SIDEBAR_MAX, Math.max(SIDEBAR_MIN, width)))
}

function remembered(): Pick<Sidebar, 'width' | 'collapsed'> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    const { width, collapsed } = (stored ?? {}) as { width?: unknown; collapsed?: unknown } // checked on the next line
    return { width: typeof width === 'number' ? clampWidth(width) : SIDEBAR_DEFAULT, collapsed: collapsed === true }
  } catch {
    return { width: SIDEBAR_DEFAULT, collapsed: false }
  }
}

/** How the sidebar stands; width and collapse are remembered on this computer. */
export const useSidebar = create<Sidebar>()(() => ({
  ...remembered(),
  narrow: narrowQuery?.matches ?? false,
  drawerOpen: false,
}))

narrowQuery?.addEventListener('change', (event) => {
  useSidebar.setState({ narrow: event.matches, drawerOpen: false })
})

function remember(): void {
  const { width, collapsed } = useSidebar.getState()
  try {
    localStorage.setItem(KEY, JSON.stringify({ width, collapsed }))
  } catch {
    // A browser may forbid storage; then the sidebar starts as usual next time.
  }
}

/** Whether the sidebar is out of sight. */
export function isSidebarHidden(sidebar: Sidebar): boolean {
  return sidebar.narrow ? !sidebar.drawerOpen : sidebar.collapsed
}

/** Shows or hides the sidebar, as drawer where the window is narrow. */
export function toggleSidebar(): void {
  const { narrow, drawerOpen, collapsed } = useSidebar.getState()
  if (narrow) useSidebar.setState({ drawerOpen: !drawerOpen })
  else {
    useSidebar.setState({ collapsed: !collapsed })
    remember()
  }
}

/** Closes the drawer, if it is open. */
export function closeDrawer(): void {
  useSidebar.setState({ drawerOpen: false })
}

/** Sets the width in px, within its bounds. */
export function setSidebarWidth(width: number): void {
  useSidebar.setState({ width: clampWidth(width) })
  remember()
}
