import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { GenerationRecord } from '../../../shared/domain/engines.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { columnClass } from './generation-columns.ts'
import { endOf, type SortKey } from './generations.ts'
import { NOTHING } from './use-metric.ts'

const TONES = { stop: 'good', length: 'warn', toolCalls: 'good', cancelled: 'neutral', failed: 'bad' } as const

/** The cells of one generation; the first opens it. */
export function GenerationCells({ record, onOpen }: { record: GenerationRecord; onOpen: () => void }) {
  const { t } = useTranslation('insights')
  const { time, number, duration, tokensPerSecond } = useFormat()
  const { usage, timings, cacheSource } = record
  const speed = (value: number | null | undefined) => (value == null ? NOTHING : tokensPerSecond(value))
  const first = timings?.ttftMs ?? null
  const end = endOf(record)
  const source = cacheSource === null || cacheSource === 'none' ? null : t(`cache.${cacheSource}`)
  return (
    <>
      <Cell column="at">
        <button
          type="button"
          aria-label={t('generations.open', { time: time(record.at), model: record.model })}
          className="tabular -mx-1 rounded-sm px-1 text-ink-2 hover:text-ink hover:underline"
          onClick={onOpen}
        >
          {time(record.at)}
        </button>
      </Cell>
      <Cell column="model">
        <span className="block truncate" title={record.model}>
          {record.model}
        </span>
      </Cell>
      <Cell column="door">
        <span className="block truncate text-ink-2">{t(`door.${record.door}`)}</span>
      </Cell>
      <Cell column="ttft">{first === null ? NOTHING : duration(first)}</Cell>
      <Cell column="prefill">{speed(timings?.prefillTps)}</Cell>
      <Cell column="decode">{speed(timings?.decodeTps)}</Cell>
      <Cell column="tokens">
        {usage === null ? (
          NOTHING
        ) : (
          <>
            <span className="hidden text-ink-3 @2xl:inline">{number(usage.prompt)} → </span>
            {number(usage.completion)}
          </>
        )}
      </Cell>
      <Cell column="cached">
        {usage === null || usage.cached === 0 ? (
          NOTHING
        ) : (
          <>
            {number(usage.cached)} {source !== null && <span className="text-ink-3">{source}</span>}
          </>
        )}
      </Cell>
      <Cell column="end">
        <Badge tone={TONES[end]}>{t(`end.${end}`)}</Badge>
      </Cell>
    </>
  )
}

function Cell({ column, children }: { column: SortKey; children: ReactNode }) {
  return <td className={cn('tabular px-2 whitespace-nowrap first:ps-4 last:pe-4', columnClass(column))}>{children}</td>
}
