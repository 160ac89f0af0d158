import { Plus, X } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../components/ui/icon-button.tsx'
import { escapeStop, unescapeStop } from './groups.ts'

/** As many as a request takes. */
const MOST = 16

/** The texts at which an answer ends. */
export function StopStrings({ value, onValueChange }: { value: string[]; onValueChange: (value: string[]) => void }) {
  const { t } = useTranslation('models')
  const id = useId()
  const [text, setText] = useState('')
  const add = (event: FormEvent) => {
    event.preventDefault()
    const stop = unescapeStop(text)
    setText('')
    if (stop !== '' && !value.includes(stop)) onValueChange([...value, stop])
  }
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {t('param.stop.label')}
      </label>
      <div className="flex flex-wrap items-center gap-2">
        {value.map((stop) => (
          <span key={stop} className="inline-flex h-8 max-w-full items-center rounded-md bg-tint ps-2">
            <code className="truncate font-mono text-sm whitespace-pre">{escapeStop(stop)}</code>
            <IconButton
              icon={X}
              size="sm"
              label={t('defaults.removeStop', { text: escapeStop(stop) })}
              onClick={() => onValueChange(value.filter((each) => each !== stop))}
            />
          </span>
        ))}
        {value.length < MOST && (
          <form onSubmit={add} className="flex items-center gap-1">
            <input
              id={id}
              dir="ltr"
              value={text}
              maxLength={200}
              spellCheck={false}
              autoComplete="off"
              placeholder={t('defaults.addStop')}
              onChange={(event) => setText(event.target.value)}
              className="h-8 w-40 rounded-md border border-line bg-surface px-2 font-mono text-sm hover:border-line-strong"
            />
            <IconButton icon={Plus} size="sm" label={t('defaults.addStop')} type="submit" disabled={text === ''} />
          </form>
        )}
      </div>
      <p className="text-sm text-ink-3">{t('param.stop.hint')}</p>
    </div>
  )
}
