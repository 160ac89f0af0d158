import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { cn } from '../../lib/cn.ts'

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children?: ReactNode
  actions: ReactNode
  /** Room for a table or an editor. */
  wide?: boolean
}

/** A question or a small form over the page; Escape closes it. */
export function Dialog({ open, onOpenChange, title, description, children, actions, wide = false }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-center justify-center p-4">
          <Base.Popup
            className={cn(
              'flex max-h-full w-full flex-col gap-4 overflow-y-auto rounded-lg border border-line bg-raised p-5 shadow-popup transition-opacity outline-none data-ending-style:opacity-0 data-starting-style:opacity-0',
              wide ? 'max-w-3xl' : 'max-w-dialog',
            )}
          >
            <div className="flex flex-col gap-1.5">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {description !== undefined && (
                <Base.Description className="text-base leading-prose text-ink-2">{description}</Base.Description>
              )}
            </div>
            {children}
            <div className="flex flex-wrap justify-end gap-2">{actions}</div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}
