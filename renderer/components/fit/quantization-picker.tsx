import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FitRequest } from '../../../shared/domain/fit.ts'
import type { HubRepo } from '../../../shared/domain/hubs.ts'
import { KvType } from '../../../shared/domain/models.ts'
import { useErrorText } from '../../lib/errors.ts'
import { useDownloads } from '../../lib/state/downloads.ts'
import { useFit } from '../../lib/state/fit.ts'
import { useModels } from '../../lib/state/models.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Select } from '../ui/select.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { bySize, repoCandidates, repoContext, repoKind, repoParameters } from './candidates.ts'
import { ContextSlider } from './context-slider.tsx'
import { MachineTableButton } from './machine-table.tsx'
import { variantState } from './variant-state.ts'
import { VariantRow } from './variant-row.tsx'

const USUAL_CONTEXT = 8192

/** The quantizations of a repository as a table: what each means, takes, and does on this computer. */
export function QuantizationPicker({ repo }: { repo: HubRepo }) {
  const { t } = useTranslation('discover')
  const errorText = useErrorText()
  const [contextLength, setContextLength] = useState<number | null>(null)
  const [kvType, setKvType] = useState<KvType>('f16')
  const models = useModels().value ?? []
  const downloads = useDownloads().value?.downloads ?? []
  const variants = useMemo(() => bySize(repo.variants), [repo])
  const request = useMemo((): FitRequest | null => {
    const candidates = repoCandidates(repo)
    return candidates.length === 0 ? null : { candidates: candidates.slice(0, 500), contextLength, kvType }
  }, [repo, contextLength, kvType])
  const { answer, error, stale, retry } = useFit(request)

  const estimates = useMemo(() => new Map(answer?.estimates.map((each) => [each.id, each])), [answer])
  const shownContext = contextLength ?? answer?.estimates[0]?.memory.contextLength ?? USUAL_CONTEXT
  const recommended = answer?.recommended ?? null
  const unsupported = answer?.estimates.some((estimate) => estimate.supported === false) ?? false
  const writes = repoKind(repo) === 'chat'

  return (
    <section aria-labelledby="picker-title" className="@container flex flex-col gap-3">
      <Card className="overflow-hidden">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
          <Tooltip content={t('picker.quantizationHint')}>
            <h3 id="picker-title" className="text-sm font-semibold">
              {t('picker.title')}
            </h3>
          </Tooltip>
          {writes && (
            <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
              <ContextSlider value={shownContext} onValueChange={setContextLength} trained={repoContext(repo)} />
              <Select
                label={t('picker.kvLabel')}
                value={kvType}
                onValueChange={setKvType}
                options={KvType.options.map((type) => ({
                  value: type,
                  label: t('picker.kv', { type: type.toUpperCase() }),
                  hint: t(`picker.kvHint.${type}`),
                }))}
              />
            </div>
          )}
        </div>
        <table className="w-full border-collapse">
          <caption className="sr-only">{t('picker.caption')}</caption>
          <thead>
            <tr className="border-t border-line text-xs text-ink-2 [&>th]:py-2 [&>th]:text-start [&>th]:font-normal">
              <th scope="col" className="ps-4 pe-2">
                {t('picker.file')}
              </th>
              <th scope="col" className="hidden px-2 @2xl:table-cell">
                <abbr title={t('picker.bitsHint')} className="no-underline">
                  {t('picker.bits')}
                </abbr>
              </th>
              <th scope="col" className="hidden px-2 @2xl:table-cell">
                {t('picker.size')}
              </th>
              <th scope="col" className="px-2">
                {t('picker.memory')}
              </th>
              <th scope="col" className="hidden px-2 @2xl:table-cell">
                {t('picker.here')}
              </th>
              <th scope="col" className="hidden px-2 @2xl:table-cell">
                {t('picker.speed')}
              </th>
              <th scope="col" className="ps-2 pe-3">
                <span className="sr-only">{t('picker.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {variants.map((variant) => (
              <VariantRow
                key={variant.id}
                repo={repo}
                variant={variant}
                state={variantState(repo.model, variant, models, downloads)}
                estimate={estimates.get(variant.id) ?? null}
                machine={answer?.machine ?? null}
                parameters={repoParameters(repo)}
                recommended={recommended?.id === variant.id && !unsupported}
                stale={stale}
                pending={answer === null && error === null}
              />
            ))}
          </tbody>
        </table>
      </Card>
      {recommended !== null && !unsupported && (
        <p className="text-sm text-ink-2">
          <span className="font-mono">{recommended.id}</span> {t(`picker.reason.${recommended.reason}`)}
        </p>
      )}
      {error !== null && (
        <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-warn">
          {t('picker.failed')} {errorText(error).title}
          <Button size="sm" onClick={retry}>
            {t('picker.again')}
          </Button>
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-3">
        <span>{t('picker.estimates')}</span>
        <MachineTableButton />
      </div>
    </section>
  )
}
