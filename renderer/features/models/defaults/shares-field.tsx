import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../../components/ui/text-field.tsx'
import { parseShares } from './numbers.ts'

export interface SharesFieldProps {
  value: number[] | undefined
  onValueChange: (value: number[] | undefined) => void
}

/** How much of a model each of several GPUs takes, as `3, 1`. */
export function SharesField({ value, onValueChange }: SharesFieldProps) {
  const { t } = useTranslation('models')
  const outside = value?.join(', ') ?? ''
  const [text, setText] = useState(outside)
  const parsed = parseShares(text)
  useEffect(() => {
    setText((now) => {
      const typed = parseShares(now)
      return 'value' in typed && (typed.value?.join(', ') ?? '') === outside ? now : outside
    })
  }, [outside])
  return (
    <TextField
      label={t('param.tensorSplit.label')}
      hint={t('param.tensorSplit.hint')}
      autoComplete="off"
      spellCheck={false}
      placeholder={t('defaults.open')}
      maxLength={400}
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        const next = parseShares(event.target.value)
        if ('value' in next) onValueChange(next.value)
      }}
      {...('problem' in parsed ? { error: t('defaults.invalid.shares') } : {})}
    />
  )
}
