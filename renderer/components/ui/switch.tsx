import { Switch as Base } from '@base-ui/react/switch'
import { cn } from '../../lib/cn.ts'

export interface SwitchProps {
  checked: boolean
  onCheckedChange: (checked: boolean) => void
  label: string
  size?: 'md' | 'lg'
  disabled?: boolean
  /** Its change is under way; it can't be switched meanwhile. */
  busy?: boolean
}

/** On or off, at once. */
export function Switch({ checked, onCheckedChange, label, size = 'md', disabled = false, busy = false }: SwitchProps) {
  return (
    <Base.Root
      checked={checked}
      onCheckedChange={(next) => onCheckedChange(next)}
      disabled={disabled || busy}
      aria-label={label}
      aria-busy={busy || undefined}
      className={cn(
        'inline-flex shrink-0 items-center rounded-full bg-line-strong p-0.75 transition-colors data-checked:bg-ember data-disabled:opacity-50',
        size === 'md' ? 'h-5.5 w-9.5' : 'h-7.5 w-13',
        busy && 'animate-breathe',
      )}
    >
      <Base.Thumb
        className={cn(
          'block rounded-full bg-surface shadow-control transition-transform dark:bg-ink dark:data-checked:bg-canvas',
          size === 'md' ? 'size-4 data-checked:translate-x-4' : 'size-6 data-checked:translate-x-5.5',
        )}
      />
    </Base.Root>
  )
}
