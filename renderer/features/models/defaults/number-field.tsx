import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../../components/ui/text-field.tsx'
import { useFormat } from '../../../lib/format.ts'
import { type NumberName, type NumberRule, parseNumber, RULES } from './numbers.ts'

export interface NumberFieldProps {
  name: NumberName
  value: number | undefined
  onValueChange: (value: number | undefined) => void
}

/** A number that may be left open. What is typed acts as soon as it is one; what is none stays, with the reason. */
export function NumberField({ name, value, onValueChange }: NumberFieldProps) {
  const { t } = useTranslation('models')
  const { number } = useFormat()
  const rule: NumberRule = RULES[name]
  const [text, setText] = useState(value === undefined ? '' : String(value))
  const parsed = parseNumber(text, rule)

  useEffect(() => {
    // Changed from outside: undo, reset, a slider. What a person is typing is left as it is.
    setText((now) => {
      const typed = parseNumber(now, rule)
      return 'value' in typed && typed.value === value ? now : value === undefined ? '' : String(value)
    })
  }, [value, rule])

  return (
    <TextField
      label={t(`param.${name}.label`)}
      hint={t(`param.${name}.hint`)}
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      placeholder={t('defaults.open')}
      value={text}
      maxLength={20}
      onChange={(event) => {
        setText(event.target.value)
        const next = parseNumber(event.target.value, rule)
        if ('value' in next && next.value !== value) onValueChange(next.value)
      }}
      {...('problem' in parsed
        ? { error: t(`defaults.invalid.${parsed.problem}`, { min: number(rule.min), max: number(rule.max) }) }
        : {})}
    />
  )
}
