import type { LucideIcon } from 'lucide-react'
import { type ComponentProps, useId } from 'react'
import { cn } from '../../lib/cn.ts'

export interface TextFieldProps extends ComponentProps<'input'> {
  /** Shown above; without it give `aria-label`. */
  label?: string
  hint?: string
  error?: string
  icon?: LucideIcon
}

/** One line of text. */
export function TextField({ label, hint, error, icon: Icon, className, id, ...props }: TextFieldProps) {
  const ownId = useId()
  const inputId = id ?? ownId
  const noteId = `${inputId}-note`
  const note = error ?? hint
  return (
    <div className={cn('flex flex-col gap-1.5', className)}>
      {label !== undefined && (
        <label htmlFor={inputId} className="text-sm font-semibold">
          {label}
        </label>
      )}
      <div className="relative">
        {Icon !== undefined && (
          <Icon
            aria-hidden="true"
            strokeWidth={1.75}
            className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
          />
        )}
        <input
          {...props}
          id={inputId}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={note === undefined ? undefined : noteId}
          className={cn(
            'h-8 w-full rounded-md border border-line bg-surface px-2.5 text-base text-ink transition-colors hover:border-line-strong disabled:opacity-50 aria-invalid:border-bad',
            Icon !== undefined && 'pl-8.5',
          )}
        />
      </div>
      {note !== undefined && (
        <p id={noteId} className={cn('text-sm', error === undefined ? 'text-ink-3' : 'text-bad')}>
          {note}
        </p>
      )}
    </div>
  )
}
