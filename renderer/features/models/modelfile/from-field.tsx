import { Autocomplete } from '@base-ui/react/autocomplete'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { POPUP } from '../../../components/ui/popup.ts'
import { cn } from '../../../lib/cn.ts'
import { useModels } from '../../../lib/state/models.ts'

/** As many suggestions as anyone reads. */
const SHOWN = 50

/** The model whose weights are shared: one of the library, or whatever else a Modelfile may name. */
export function FromField({ value, onValueChange }: { value: string; onValueChange: (value: string) => void }) {
  const { t } = useTranslation('models')
  const id = useId()
  const names = (useModels().value ?? []).filter((model) => model.problem === null).map((model) => model.name)
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {t('modelfile.from')}
      </label>
      <Autocomplete.Root items={names} limit={SHOWN} value={value} onValueChange={(next) => onValueChange(next)}>
        <Autocomplete.Input
          id={id}
          dir="ltr"
          spellCheck={false}
          autoComplete="off"
          className="h-8 w-full rounded-md border border-line bg-surface px-2.5 font-mono text-sm text-ink transition-colors hover:border-line-strong"
        />
        <Autocomplete.Portal>
          <Autocomplete.Positioner sideOffset={4} collisionPadding={8} className="z-50 outline-none">
            <Autocomplete.Popup className={cn(POPUP, 'w-(--anchor-width) max-w-none')}>
              <Autocomplete.List className="max-h-64 overflow-y-auto outline-none">
                {(name: string) => (
                  <Autocomplete.Item
                    key={name}
                    value={name}
                    className="flex min-h-8 items-center rounded-sm px-2 font-mono text-sm outline-none select-none data-highlighted:bg-tint"
                  >
                    {name}
                  </Autocomplete.Item>
                )}
              </Autocomplete.List>
            </Autocomplete.Popup>
          </Autocomplete.Positioner>
        </Autocomplete.Portal>
      </Autocomplete.Root>
      <p className="text-sm text-ink-3">{t('modelfile.fromHint')}</p>
    </div>
  )
}
