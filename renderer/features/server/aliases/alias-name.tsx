import { useEffect, useRef, useState } from 'react'
import { TextField } from '../../../components/ui/text-field.tsx'

export interface AliasNameProps {
  label: string
  value: string
  disabled?: boolean
  autoFocus?: boolean
  /** Called when the person is done with it; with null when they gave up. */
  onDone: (name: string | null) => void
}

/** A name that is edited where it stands: Enter and leaving keep it, Escape gives up. */
export function AliasName({ label, value, disabled = false, autoFocus = false, onDone }: AliasNameProps) {
  const [text, setText] = useState(value)
  const given = useRef(false)
  useEffect(() => {
    setText(value)
    given.current = false
  }, [value])
  return (
    <TextField
      aria-label={label}
      className="w-56 max-w-full font-mono"
      placeholder="gpt-4o-mini"
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      autoFocus={autoFocus}
      maxLength={200}
      disabled={disabled}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        if (!given.current) onDone(text)
        if (text.trim() === '') setText(value)
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') {
          given.current = true
          setText(value)
          onDone(null)
          event.currentTarget.blur()
          given.current = false
        }
      }}
    />
  )
}
