import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { Checkbox } from '../../components/ui/checkbox.tsx'
import { useFormat } from '../../lib/format.ts'

export interface ModelChecklistProps {
  models: readonly Model[]
  /** By name; those that are not in the library are shown too, so that they can be taken away. */
  chosen: readonly string[]
  disabled?: boolean
  onChange: (chosen: string[]) => void
}

/** Some models of the library, chosen one by one, with their sizes. */
export function ModelChecklist({ models, chosen, disabled = false, onChange }: ModelChecklistProps) {
  const { t } = useTranslation('server')
  const { bytes } = useFormat()
  const known = new Set(models.map(({ name }) => name))
  const rows = [
    ...models.map(({ name, sizeBytes }) => ({ name, note: bytes(sizeBytes) })),
    ...chosen.filter((name) => !known.has(name)).map((name) => ({ name, note: t('models.gone') })),
  ]
  if (rows.length === 0) return <p className="text-sm text-ink-3">{t('models.none')}</p>
  return (
    <ul className="max-h-64 w-full divide-y divide-line overflow-y-auto rounded-md border border-line">
      {rows.map(({ name, note }) => (
        <li key={name} className="flex min-h-9 items-center gap-3 px-3 py-1.5">
          <Checkbox
            label={name}
            checked={chosen.includes(name)}
            disabled={disabled}
            onCheckedChange={(checked) =>
              onChange(checked ? [...chosen, name] : chosen.filter((other) => other !== name))
            }
          />
          <span aria-hidden="true" className="min-w-0 flex-1 text-sm wrap-anywhere">
            {name}
          </span>
          <span className="tabular shrink-0 text-sm text-ink-3">{note}</span>
        </li>
      ))}
    </ul>
  )
}
