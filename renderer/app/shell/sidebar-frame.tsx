import { Dialog } from '@base-ui/react/dialog'
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { setSidebarWidth, SIDEBAR_DEFAULT, SIDEBAR_MAX, SIDEBAR_MIN, useSidebar } from '../../lib/sidebar.ts'

/** Holds the sidebar: fixed and resizable, hidden, or a drawer over the page where the window is narrow. */
export function SidebarFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation('common')
  const { width, collapsed, narrow, drawerOpen } = useSidebar()

  if (narrow) {
    return (
      <Dialog.Root open={drawerOpen} onOpenChange={(open) => useSidebar.setState({ drawerOpen: open })}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-30 bg-veil transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
          <Dialog.Popup
            aria-label={t('nav.label')}
            className="fixed inset-y-0 left-0 z-30 w-72 max-w-full border-r border-line bg-canvas shadow-popup transition-transform outline-none data-ending-style:-translate-x-full data-starting-style:-translate-x-full"
          >
            {children}
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    )
  }
  if (collapsed) return null
  return (
    <aside className="relative h-full shrink-0 border-r border-line" style={{ width }}>
      {children}
      <Resizer width={width} label={t('sidebar.resize')} />
    </aside>
  )
}

const STEP = 16

function Resizer({ width, label }: { width: number; label: string }) {
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) setSidebarWidth(event.clientX)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = {
      ArrowLeft: width - STEP,
      ArrowRight: width + STEP,
      Home: SIDEBAR_MIN,
      End: SIDEBAR_MAX,
      Enter: SIDEBAR_DEFAULT,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    setSidebarWidth(next)
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={SIDEBAR_MIN}
      aria-valuemax={SIDEBAR_MAX}
      tabIndex={0}
      className="no-drag absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize transition-colors hover:bg-line-strong focus-visible:bg-ember"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onDoubleClick={() => setSidebarWidth(SIDEBAR_DEFAULT)}
      onKeyDown={onKeyDown}
    />
  )
}
