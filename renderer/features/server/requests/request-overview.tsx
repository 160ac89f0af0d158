import { useTranslation } from 'react-i18next'
import type { ServerExchange, ServerRequest } from '../../../../shared/domain/server.ts'
import { useFormat } from '../../../lib/format.ts'
import { fixed, NOTHING, seconds } from './figures.ts'
import { PhasesBar } from './phases-bar.tsx'
import { phasesOf } from './phases.ts'

/** How a request went, in figures. Without what it said only the figures of the list are known. */
export function RequestOverview({ request, exchange }: { request: ServerRequest; exchange: ServerExchange | null }) {
  const { t, i18n } = useTranslation('server')
  const { date, time, number } = useFormat()
  const timings = exchange?.timings ?? {
    queueMs: null,
    loadMs: null,
    firstTokenMs: request.firstTokenMs,
    prefillTps: null,
    decodeTps: request.tokensPerSecond,
    durationMs: request.durationMs,
  }
  const speed = (value: number | null) =>
    value === null ? NOTHING : t('inspector.speed', { value: fixed(value, 1, i18n.language) })
  const tokens =
    request.promptTokens === null && request.completionTokens === null
      ? NOTHING
      : t('inspector.tokens', { prompt: count(request.promptTokens), completion: count(request.completionTokens) })
  const facts: [label: string, value: string][] = [
    [t('inspector.arrived'), `${date(request.startedAt)} ${time(request.startedAt)}`],
    [t('column.model'), request.model ?? NOTHING],
    [t('inspector.key'), request.keyName ?? t('inspector.noKey')],
    [t('column.tokens'), tokens],
    [t('inspector.reading'), speed(timings.prefillTps)],
    [t('inspector.writing'), speed(timings.decodeTps)],
    [t('column.duration'), timings.durationMs === null ? NOTHING : seconds(timings.durationMs, i18n.language)],
  ]
  return (
    <>
      {request.error !== null && (
        <p className="rounded-md bg-bad-soft p-3 text-sm wrap-anywhere select-text">{request.error}</p>
      )}
      <PhasesBar phases={phasesOf(timings)} />
      <dl className="divide-y divide-line text-sm">
        {facts.map(([label, value]) => (
          <div key={label} className="flex justify-between gap-4 py-1.5">
            <dt className="shrink-0 text-ink-2">{label}</dt>
            <dd className="tabular text-end wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )

  function count(value: number | null): string {
    return value === null ? NOTHING : number(value)
  }
}
