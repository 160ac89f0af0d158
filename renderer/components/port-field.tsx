import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parsePort } from './port.ts'
import { TextField } from './ui/text-field.tsx'
import { errorInfo, useErrorText } from '../lib/errors.ts'

export interface PortFieldProps {
  port: number
  /** Called with a valid port that differs; what it rejects with is shown under the field. */
  onApply: (port: number) => Promise<void>
  disabled?: boolean
}

/** The server's port. A change acts on Enter or when the field is left; Escape takes it back. */
export function PortField({ port, onApply, disabled = false }: PortFieldProps) {
  const { t } = useTranslation('server')
  const errorText = useErrorText()
  const [text, setText] = useState(String(port))
  const [error, setError] = useState<string | null>(null)

  useEffect(() => {
    setText(String(port))
    setError(null)
  }, [port])

  const apply = async () => {
    const next = parsePort(text)
    if (next === null) {
      setError(t('port.invalid'))
      return
    }
    setError(null)
    if (next === port) return
    try {
      await onApply(next)
    } catch (reason) {
      const { title, suggestion } = errorText(errorInfo(reason))
      setError([title, suggestion].filter(Boolean).join(' '))
    }
  }

  return (
    <TextField
      aria-label={t('port.label')}
      inputMode="numeric"
      autoComplete="off"
      maxLength={6}
      value={text}
      disabled={disabled}
      // An error needs room for its sentence.
      className={error === null ? 'w-20' : 'w-60'}
      {...(error === null ? {} : { error })}
      onChange={(event) => {
        setText(event.target.value)
        setError(null)
      }}
      onBlur={() => void apply()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') void apply()
        if (event.key === 'Escape') {
          setText(String(port))
          setError(null)
        }
      }}
    />
  )
}
