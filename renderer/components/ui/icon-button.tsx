import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from '../../lib/cn.ts'
import { Tooltip } from './tooltip.tsx'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  icon: LucideIcon
  /** Its name, shown as tooltip. */
  label: string
  size?: 'sm' | 'md'
  /** Set for a button that stays pressed. */
  active?: boolean
}

/** A button that is only an icon. */
export function IconButton({ icon: Icon, label, size = 'md', active, className, ...props }: IconButtonProps) {
  return (
    <Tooltip content={label}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={active}
        {...props}
        className={cn(
          'inline-flex shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors select-none',
          'hover:bg-tint hover:text-ink aria-pressed:bg-tint aria-pressed:text-ink data-popup-open:bg-tint data-popup-open:text-ink',
          'disabled:pointer-events-none disabled:opacity-50',
          size === 'sm' ? 'size-7' : 'size-8',
          className,
        )}
      >
        <Icon aria-hidden="true" className="size-4" strokeWidth={1.75} />
      </button>
    </Tooltip>
  )
}
