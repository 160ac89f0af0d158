import { useTranslation } from 'react-i18next'
import type { FoundModel } from '../../../../shared/domain/storage.ts'
import { Checkbox } from '../../../components/ui/checkbox.tsx'
import { useFormat } from '../../../lib/format.ts'
import { groupFound, newPaths } from './found.ts'

export interface FoundListProps {
  found: readonly FoundModel[]
  chosen: ReadonlySet<string>
  onChosenChange: (chosen: ReadonlySet<string>) => void
}

/** Found models by program, each to be chosen; those in the library already say so. */
export function FoundList({ found, chosen, onChosenChange }: FoundListProps) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const put = (paths: readonly string[], on: boolean) => {
    const next = new Set(chosen)
    for (const path of paths) {
      if (on) next.add(path)
      else next.delete(path)
    }
    onChosenChange(next)
  }
  return (
    <div className="flex max-h-96 flex-col gap-4 overflow-y-auto pe-1">
      {groupFound(found).map(({ app, models, bytes: size }) => {
        const free = newPaths(models)
        const all = free.length > 0 && free.every((path) => chosen.has(path))
        return (
          <section key={app} aria-label={t(`app.${app}`)} className="flex flex-col">
            <div className="flex min-h-9 items-center gap-3">
              <Checkbox
                checked={all}
                indeterminate={!all && free.some((path) => chosen.has(path))}
                disabled={free.length === 0}
                onCheckedChange={(on) => put(free, on)}
                label={t('others.all', { app: t(`app.${app}`) })}
              />
              <h3 className="grow font-semibold">{t(`app.${app}`)}</h3>
              <span className="tabular text-sm text-ink-3">{bytes(size)}</span>
            </div>
            <ul className="divide-y divide-line rounded-md border border-line">
              {models.map((model) => (
                <li key={model.path} className="flex min-h-11 items-center gap-3 px-3 py-1.5">
                  <Checkbox
                    checked={model.known || chosen.has(model.path)}
                    disabled={model.known}
                    onCheckedChange={(on) => put([model.path], on)}
                    label={model.name}
                  />
                  <span className="flex min-w-0 grow flex-col">
                    <span className="truncate text-sm">{model.name}</span>
                    <span className="truncate font-mono text-xs text-ink-3" title={model.path}>
                      {model.path}
                    </span>
                  </span>
                  {model.known && <span className="shrink-0 text-xs text-ink-3">{t('others.known')}</span>}
                  <span className="tabular shrink-0 text-sm text-ink-2">{bytes(model.sizeBytes)}</span>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </div>
  )
}
