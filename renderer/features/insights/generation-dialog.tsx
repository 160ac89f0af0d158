import { useTranslation } from 'react-i18next'
import type { GenerationRecord } from '../../../shared/domain/engines.ts'
import { Button } from '../../components/ui/button.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { endOf } from './generations.ts'
import { NOTHING } from './use-metric.ts'

/** Everything that was measured of one generation. */
export function GenerationDialog({ record, onClose }: { record: GenerationRecord; onClose: () => void }) {
  const { t } = useTranslation('insights')
  const { date, time, number, duration, tokensPerSecond } = useFormat()
  const errorText = useErrorText()
  const { usage, timings, error, cacheSource } = record
  const span = (ms: number | null | undefined) => (ms == null ? NOTHING : duration(ms))
  const speed = (tps: number | null | undefined) =>
    tps == null ? NOTHING : t('unit.tps', { value: tokensPerSecond(tps) })
  const count = (tokens: number | undefined) => (tokens === undefined ? NOTHING : number(tokens))
  const source = cacheSource === null || cacheSource === 'none' ? '' : ` · ${t(`cache.${cacheSource}`)}`
  const facts: [label: string, value: string][] = [
    [t('detail.asked'), `${t(`door.${record.door}`)} · ${t(`priority.${record.priority}`)}`],
    [t('detail.end'), t(`end.${endOf(record)}`)],
    [t('detail.queue'), span(timings?.queueMs)],
    [t('detail.load'), span(timings?.loadMs)],
    [t('detail.first'), span(timings?.ttftMs)],
    [t('detail.prefill'), speed(timings?.prefillTps)],
    [t('detail.decode'), speed(timings?.decodeTps)],
    [t('detail.prompt'), count(usage?.prompt)],
    [t('detail.cached'), `${count(usage?.cached)}${usage === null || usage.cached === 0 ? '' : source}`],
    [t('detail.completion'), count(usage?.completion)],
    [t('detail.reasoning'), count(usage?.reasoning)],
  ]
  const failure = error === null || error.code === 'cancelled' ? null : errorText(error)
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={record.model}
      description={t('detail.at', { date: date(record.at), time: time(record.at) })}
      actions={<Button onClick={onClose}>{t('detail.close')}</Button>}
    >
      {failure !== null && (
        <p className="rounded-md bg-bad-soft p-3 text-sm wrap-anywhere">
          <span className="font-semibold">{failure.title}</span> {failure.suggestion}
        </p>
      )}
      <dl className="divide-y divide-line text-sm">
        {facts.map(([label, value]) => (
          <div key={label} className="flex justify-between gap-4 py-1.5">
            <dt className="text-ink-2">{label}</dt>
            <dd className="tabular text-end">{value}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
