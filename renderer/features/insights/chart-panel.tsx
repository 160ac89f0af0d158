import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EngineSample } from '../../../shared/domain/engines.ts'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { Chart } from './chart.tsx'
import { buildSeries, type Metric, newest, niceTop, type Span, summarise } from './series.ts'
import { useMetric } from './use-metric.ts'

/** Where the words under the axis stand, in seconds before now. */
const MARKS: Record<Span, readonly number[]> = { 1: [45, 30, 15], 5: [240, 120], 10: [480, 240] }

export interface ChartPanelProps {
  metric: Metric
  samples: readonly EngineSample[]
  /** ms since the epoch */
  from: number
  to: number
  span: Span
}

/** One figure over time with its newest value, or the one under the pointer. */
export function ChartPanel({ metric, samples, from, to, span }: ChartPanelProps) {
  const { t } = useTranslation('insights')
  const words = useMetric()(metric)
  const [point, setPoint] = useState<number | null>(null)
  const series = useMemo(() => buildSeries(samples, metric, from), [samples, metric, from])
  const shown = useMemo(
    () => ({ xs: series.xs, ys: series.ys.map((y) => (y === null ? null : y / words.unit)) }),
    [series, words.unit],
  )
  const sparse = metric === 'ttftMs'
  const { now, highest, median } = summarise(series.ys, words.busyOnly)
  const current = sparse ? newest(series.ys) : now
  const pointed = point === null ? null : (series.ys[point] ?? null)
  const pointedAt = point === null ? undefined : series.xs[point]
  return (
    <div className="flex min-w-0 flex-col gap-1 border-line px-4 pt-3 pb-2 not-last:border-b @md:not-last:border-b-0 @md:nth-[n+3]:border-t @md:even:border-s @3xl:nth-[-n+3]:border-t-0 @3xl:nth-[n+4]:border-t @3xl:nth-[3n+1]:border-s-0 @3xl:nth-[3n+2]:border-s @3xl:nth-[3n]:border-s">
      <div className="flex items-baseline justify-between gap-2 text-sm">
        <Tooltip content={words.hint}>
          <h3 className="truncate font-normal text-ink-2">{words.title}</h3>
        </Tooltip>
        <span aria-hidden="true" className="tabular shrink-0 font-semibold">
          {pointed !== null && pointedAt !== undefined && (
            <span className="pe-2 font-normal text-ink-3">{ago(Math.round(to / 1000 - pointedAt))}</span>
          )}
          {words.value(pointed ?? current)}
        </span>
      </div>
      <Chart
        summary={t('charts.summary', {
          title: words.title,
          now: words.value(current),
          highest: words.value(highest),
          median: words.value(median),
          minutes: span,
        })}
        series={shown}
        from={from / 1000}
        to={to / 1000}
        top={niceTop(shown.ys, words.least)}
        axisValue={words.axis}
        axisTime={ago}
        marks={MARKS[span]}
        dots={sparse}
        onPoint={setPoint}
      />
    </div>
  )

  function ago(seconds: number): string {
    if (seconds < 1) return t('charts.now')
    return seconds % 60 === 0
      ? t('charts.minutesAgo', { count: seconds / 60 })
      : seconds < 60
        ? t('charts.secondsAgo', { count: seconds })
        : t('charts.minutesSecondsAgo', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 })
  }
}
