import { useEffect, useState } from 'react'
import { TextField } from '../../components/ui/text-field.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'

export interface ApplyFieldProps {
  label: string
  /** Where the row does not say it already. */
  labelShown?: boolean
  value: string | null
  placeholder?: string
  /** Undefined for a text that is no value; null for an empty one. */
  parse: (text: string) => string | null | undefined
  /** Shown for a text that is no value. */
  invalid: string
  /** Called with a value that differs; what it rejects with is shown under the field. */
  onApply: (value: string | null) => Promise<void>
}

/** One line that acts on Enter or when it is left; Escape takes a change back. */
export function ApplyField({
  label,
  labelShown = false,
  value,
  placeholder,
  parse,
  invalid,
  onApply,
}: ApplyFieldProps) {
  const errorText = useErrorText()
  const [text, setText] = useState(value ?? '')
  const [error, setError] = useState<string | null>(null)

  const reset = () => {
    setText(value ?? '')
    setError(null)
  }

  useEffect(() => {
    setText(value ?? '')
    setError(null)
  }, [value])

  const apply = async () => {
    const next = parse(text)
    if (next === undefined) return setError(invalid)
    setError(null)
    if (next === value) return setText(value ?? '')
    try {
      await onApply(next)
    } catch (reason) {
      const { title, suggestion } = errorText(errorInfo(reason))
      setError([title, suggestion].filter(Boolean).join(' '))
    }
  }

  return (
    <TextField
      {...(labelShown ? { label } : { 'aria-label': label })}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      value={text}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(error === null ? {} : { error })}
      onChange={(event) => {
        setText(event.target.value)
        setError(null)
      }}
      onBlur={() => void apply()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') void apply()
        if (event.key === 'Escape') reset()
      }}
    />
  )
}
