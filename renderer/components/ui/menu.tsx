import { Menu as Base } from '@base-ui/react/menu'
import type { LucideIcon } from 'lucide-react'
import type { ReactElement } from 'react'
import { cn } from '../../lib/cn.ts'
import { POPUP } from './popup.ts'

export interface MenuItem {
  label: string
  icon?: LucideIcon
  onSelect: () => void
  danger?: boolean
  disabled?: boolean
  /** Small text at the right: a shortcut, a size. */
  hint?: string
}

export interface MenuProps {
  trigger: ReactElement
  items: readonly (MenuItem | 'separator')[]
  align?: 'start' | 'end'
}

/** A list of actions behind a button. */
export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} collisionPadding={8} className="z-50 outline-none">
          <Base.Popup className={cn(POPUP, 'min-w-44')}>
            {items.map((item, index) =>
              item === 'separator' ? (
                <Base.Separator key={`separator-${index}`} className="my-1 h-px bg-line" />
              ) : (
                <Entry key={item.label} {...item} />
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function Entry({ label, icon: Icon, onSelect, danger = false, disabled = false, hint }: MenuItem) {
  return (
    <Base.Item
      disabled={disabled}
      onClick={onSelect}
      className={cn(
        'flex min-h-8 items-center gap-2.5 rounded-sm px-2 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-tint',
        danger && 'text-bad data-highlighted:bg-bad-soft',
      )}
    >
      {Icon !== undefined && <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />}
      <span className="grow">{label}</span>
      {hint !== undefined && <span className="tabular pl-4 text-xs text-ink-3">{hint}</span>}
    </Base.Item>
  )
}
