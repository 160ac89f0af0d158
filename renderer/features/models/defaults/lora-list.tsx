import { Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LoadSettings } from '../../../../shared/domain/models.ts'
import { Button } from '../../../components/ui/button.tsx'
import { IconButton } from '../../../components/ui/icon-button.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { isWholePath, parseNumber } from './numbers.ts'

type Lora = NonNullable<LoadSettings['loras']>[number]

/** As many as a model takes. */
const MOST = 8
const SCALE = { min: -10, max: 10 }

/** The LoRA adapters that are laid over the weights, in order, each with its strength. */
export function LoraList({ value, onValueChange }: { value: readonly Lora[]; onValueChange: (value: Lora[]) => void }) {
  const { t } = useTranslation('models')
  const [path, setPath] = useState('')
  const [tried, setTried] = useState(false)
  const trimmed = path.trim()
  const twice = value.some((lora) => lora.path === trimmed)
  const problem = !isWholePath(trimmed) ? t('lora.invalid') : twice ? t('lora.twice') : null
  const add = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (problem !== null) return
    onValueChange([...value, { path: trimmed, scale: 1 }])
    setPath('')
    setTried(false)
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm font-semibold">{t('lora.title')}</p>
      {value.map((lora, index) => (
        <div key={lora.path} className="flex items-start gap-2">
          <code className="min-w-0 grow rounded-md bg-tint px-2.5 py-2 font-mono text-xs wrap-anywhere">
            {lora.path}
          </code>
          <Scale
            path={lora.path}
            value={lora.scale}
            onValueChange={(scale) =>
              onValueChange(value.map((each, at) => (at === index ? { ...each, scale } : each)))
            }
          />
          <IconButton
            icon={X}
            label={t('lora.remove', { path: lora.path })}
            onClick={() => onValueChange(value.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {value.length < MOST && (
        <form onSubmit={add} className="flex items-start gap-2">
          <TextField
            className="grow"
            aria-label={t('lora.path')}
            dir="ltr"
            autoComplete="off"
            spellCheck={false}
            placeholder={t('lora.path')}
            maxLength={4096}
            value={path}
            onChange={(event) => {
              setPath(event.target.value)
              setTried(false)
            }}
            {...(tried && trimmed !== '' && problem !== null ? { error: problem } : {})}
          />
          <Button type="submit" icon={Plus} disabled={trimmed === ''}>
            {t('lora.add')}
          </Button>
        </form>
      )}
      <p className="text-sm text-ink-3">{t('lora.hint')}</p>
    </div>
  )
}

function Scale({
  path,
  value,
  onValueChange,
}: {
  path: string
  value: number
  onValueChange: (value: number) => void
}) {
  const { t } = useTranslation('models')
  const [text, setText] = useState(String(value))
  const parsed = parseNumber(text, SCALE)
  const invalid = 'problem' in parsed || parsed.value === undefined
  return (
    <TextField
      className="w-20 shrink-0"
      inputMode="decimal"
      aria-label={t('lora.scale', { path })}
      aria-invalid={invalid || undefined}
      maxLength={8}
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        const next = parseNumber(event.target.value, SCALE)
        if ('value' in next && next.value !== undefined) onValueChange(next.value)
      }}
      onBlur={() => {
        if (invalid) setText(String(value))
      }}
    />
  )
}
