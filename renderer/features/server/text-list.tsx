import { Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/ui/button.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { TextField } from '../../components/ui/text-field.tsx'

export interface TextListProps {
  /** What is in it, as `Address`. */
  label: string
  values: readonly string[]
  placeholder: string
  isValid: (text: string) => boolean
  /** Said of a text that is not valid. */
  invalid: string
  disabled?: boolean
  onChange: (values: string[]) => void
}

/** A few short texts, each added and removed by itself. */
export function TextList({ label, values, placeholder, isValid, invalid, disabled = false, onChange }: TextListProps) {
  const { t } = useTranslation('server')
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)

  const add = (event: FormEvent) => {
    event.preventDefault()
    const value = text.trim()
    if (value === '') return
    if (!isValid(value)) return setWrong(true)
    if (!values.includes(value)) onChange([...values, value])
    setText('')
  }
  return (
    <div className="flex flex-col gap-2">
      {values.length > 0 && (
        <ul aria-label={label} className="flex flex-wrap gap-1.5">
          {values.map((value) => (
            <li key={value} className="inline-flex items-center gap-1 rounded-md border border-line ps-2.5">
              <code className="font-mono text-sm wrap-anywhere">{value}</code>
              <IconButton
                icon={X}
                size="sm"
                label={t('list.remove', { value })}
                disabled={disabled}
                onClick={() => onChange(values.filter((other) => other !== value))}
              />
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={add} className="flex items-start gap-2">
        <TextField
          aria-label={label}
          className="w-72 max-w-full"
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={200}
          disabled={disabled}
          value={text}
          {...(wrong ? { error: invalid } : {})}
          onChange={(event) => {
            setText(event.target.value)
            setWrong(false)
          }}
        />
        <Button type="submit" icon={Plus} disabled={disabled || text.trim() === ''}>
          {t('list.add')}
        </Button>
      </form>
    </div>
  )
}
