import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { TextField } from '../../components/ui/text-field.tsx'

/** A person who pauses this long is done typing. */
const PAUSE_MS = 300

export interface SearchFieldProps {
  value: string
  /** Called when the person pauses, at once on Enter and on clearing; never in the middle of an input method. */
  onSearch: (text: string) => void
  placeholder: string
}

/** Where one types what to look for. */
export function SearchField({ value, onSearch, placeholder }: SearchFieldProps) {
  const { t } = useTranslation('discover')
  const [text, setText] = useState(value)
  const composing = useRef(false)
  const timer = useRef(0)
  useEffect(() => {
    if (!composing.current) setText(value)
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])

  const schedule = (next: string, pause: number): void => {
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => onSearch(next), pause)
  }
  const clear = (): void => {
    setText('')
    schedule('', 0)
  }
  return (
    <div className="relative min-w-0 grow">
      <TextField
        type="search"
        icon={Search}
        aria-label={t('search.label')}
        placeholder={placeholder}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          if (!composing.current) schedule(event.target.value, event.target.value === '' ? 0 : PAUSE_MS)
        }}
        onCompositionStart={() => {
          composing.current = true
          clearTimeout(timer.current)
        }}
        onCompositionEnd={(event) => {
          composing.current = false
          schedule(event.currentTarget.value, PAUSE_MS)
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') schedule(text, 0)
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault()
            clear()
          }
        }}
      />
      {text !== '' && (
        <IconButton
          icon={X}
          size="sm"
          label={t('search.clear')}
          className="absolute top-0.5 right-0.5"
          onClick={clear}
        />
      )}
    </div>
  )
}
