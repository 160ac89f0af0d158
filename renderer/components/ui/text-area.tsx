import { type ComponentProps, useId } from 'react'
import { cn } from '../../lib/cn.ts'

export interface TextAreaProps extends ComponentProps<'textarea'> {
  /** Shown above; without it give `aria-label`. */
  label?: string
  hint?: string
  error?: string
  /** For code: letters of equal width, no spelling marks. */
  code?: boolean
}

/** Several lines of text. */
export function TextArea({ label, hint, error, code = false, className, id, ...props }: TextAreaProps) {
  const ownId = useId()
  const areaId = id ?? ownId
  const noteId = `${areaId}-note`
  const note = error ?? hint
  return (
    <div className={cn('flex min-w-0 flex-col gap-1.5', className)}>
      {label !== undefined && (
        <label htmlFor={areaId} className="text-sm font-semibold">
          {label}
        </label>
      )}
      <textarea
        dir={code ? 'ltr' : 'auto'}
        {...(code ? { spellCheck: false, autoCapitalize: 'off' } : {})}
        {...props}
        id={areaId}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={note === undefined ? undefined : noteId}
        className={cn(
          'min-h-16 w-full grow resize-y rounded-md border border-line bg-surface px-2.5 py-2 text-base leading-prose text-ink transition-colors hover:border-line-strong disabled:opacity-50 aria-invalid:border-bad',
          code && 'font-mono text-xs',
        )}
      />
      {note !== undefined && (
        <p id={noteId} className={cn('text-sm', error === undefined ? 'text-ink-3' : 'text-bad')}>
          {note}
        </p>
      )}
    </div>
  )
}
