import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'

/** An explanation on hover and on focus. The trigger needs a name of its own: a tooltip is not read by everyone. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactElement }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup className="max-w-popup rounded-sm border border-line bg-raised px-2 py-1 text-xs text-ink shadow-popup transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0 data-instant:duration-0">
            {content}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
