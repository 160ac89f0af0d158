import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from '../../lib/cn.ts'
import { Spinner } from './spinner.tsx'

const VARIANTS = {
  primary: 'bg-ember text-on-ember hover:bg-ember-hover',
  secondary: 'border border-line bg-surface text-ink hover:border-line-strong hover:bg-tint',
  ghost: 'text-ink-2 hover:bg-tint hover:text-ink',
  danger: 'bg-bad text-on-bad hover:bg-bad-hover',
}

const SIZES = {
  sm: 'h-7 gap-1.5 px-2.5 text-sm',
  md: 'h-8 gap-2 px-3 text-sm',
}

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: keyof typeof VARIANTS
  size?: keyof typeof SIZES
  icon?: LucideIcon
  /** Shows that its work is under way; it can't be pressed meanwhile. */
  busy?: boolean
}

/** A button with words. */
export function Button({
  variant = 'secondary',
  size = 'md',
  icon: Icon,
  busy = false,
  className,
  children,
  ...props
}: ButtonProps) {
  return (
    <button
      type="button"
      {...props}
      disabled={props.disabled === true || busy}
      aria-busy={busy || undefined}
      className={cn(
        'inline-flex shrink-0 items-center justify-center rounded-md font-semibold whitespace-nowrap transition-colors select-none',
        'disabled:pointer-events-none disabled:opacity-50',
        VARIANTS[variant],
        SIZES[size],
        className,
      )}
    >
      {busy ? (
        <Spinner className="text-current" />
      ) : (
        Icon !== undefined && <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
      )}
      {children}
    </button>
  )
}
