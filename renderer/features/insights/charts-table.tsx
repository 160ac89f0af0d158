import { useTranslation } from 'react-i18next'
import type { EngineSample } from '../../../shared/domain/engines.ts'
import { useFormat } from '../../lib/format.ts'
import { METRICS, type Span, stretches } from './series.ts'
import { useMetric } from './use-metric.ts'

/** As many lines as one reads at a glance, whatever the span. */
const LINES = 10

/** The same figures as the charts, as words and numbers: the highest of each stretch of time. */
export function ChartsTable({ samples, from, span }: { samples: readonly EngineSample[]; from: number; span: Span }) {
  const { t } = useTranslation('insights')
  const { time } = useFormat()
  const words = useMetric()
  const rows = stretches(samples, from, (span * 60_000) / LINES)
  return (
    <table className="w-full table-fixed border-collapse border-t border-line text-sm">
      <caption className="px-4 py-2 text-start text-sm text-ink-3">
        {t('charts.tableHint', { seconds: (span * 60) / LINES })}
      </caption>
      <thead>
        <tr className="h-8 border-b border-line text-ink-3">
          <th scope="col" className="ps-4 pe-2 text-start font-normal">
            {t('charts.until')}
          </th>
          {METRICS.map((metric) => (
            <th key={metric} scope="col" className="px-2 text-end font-normal last:pe-4">
              {words(metric).title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ at, values }) => (
          <tr key={at} className="h-8 not-last:border-b not-last:border-line">
            <th scope="row" className="tabular ps-4 pe-2 text-start font-normal text-ink-2">
              {time(at)}
            </th>
            {METRICS.map((metric) => (
              <td key={metric} className="tabular px-2 text-end last:pe-4">
                {words(metric).value(values[metric])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
