import { type KeyboardEvent, useEffect, useRef } from 'react'
import { cn } from '../lib/cn.ts'

export interface RenameFieldProps {
  value: string
  label: string
  /** Called once, with null when the person gave up. */
  onDone: (value: string | null) => void
  className?: string
}

/** A name that is edited where it stands: Enter and leaving keep it, Escape gives up. */
export function RenameField({ value, label, onDone, className }: RenameFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  const done = useRef(false)

  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  const finish = (result: string | null): void => {
    if (done.current) return
    done.current = true
    onDone(result)
  }

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') finish(event.currentTarget.value)
    if (event.key === 'Escape') {
      event.stopPropagation()
      finish(null)
    }
  }

  return (
    <input
      ref={field}
      defaultValue={value}
      aria-label={label}
      maxLength={200}
      dir="auto"
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value)}
      className={cn(
        'no-drag h-8 min-w-0 rounded-md border border-line-strong bg-surface px-2 text-base text-ink',
        className,
      )}
    />
  )
}
