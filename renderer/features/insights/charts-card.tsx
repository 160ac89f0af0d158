import { ChartLine, Table2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EngineSample } from '../../../shared/domain/engines.ts'
import { Card } from '../../components/ui/card.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { ChartPanel } from './chart-panel.tsx'
import { ChartsTable } from './charts-table.tsx'
import { METRICS, type Span, SPANS } from './series.ts'

const MINUTE_MS = 60_000

/** Speed, first tokens, queue and memory of the last minutes: as lines, or as a table. */
export function ChartsCard({ samples }: { samples: readonly EngineSample[] }) {
  const { t } = useTranslation('insights')
  const [span, setSpan] = useState<Span>(5)
  const [table, setTable] = useState(false)
  const to = samples.at(-1)?.at ?? Date.now()
  const from = to - span * MINUTE_MS
  return (
    <Card role="group" aria-label={t('charts.title')}>
      <div className="flex min-h-12.5 flex-wrap items-center gap-2.5 py-2 ps-4 pe-3">
        <h2 className="grow text-base font-semibold">{t('charts.title')}</h2>
        <Tabs
          variant="segmented"
          label={t('charts.span')}
          value={String(span)}
          onValueChange={(next) => setSpan(SPANS.find((each) => String(each) === next) ?? 5)}
          tabs={SPANS.map((minutes) => ({ value: String(minutes), label: t('charts.minutes', { count: minutes }) }))}
        />
        <IconButton
          icon={table ? ChartLine : Table2}
          label={t(table ? 'charts.asLines' : 'charts.asTable')}
          onClick={() => setTable(!table)}
        />
      </div>
      {table ? (
        <ChartsTable samples={samples} from={from} span={span} />
      ) : (
        <div className="grid grid-cols-1 border-t border-line @md:grid-cols-2 @3xl:grid-cols-3">
          {METRICS.map((metric) => (
            <ChartPanel key={metric} metric={metric} samples={samples} from={from} to={to} span={span} />
          ))}
        </div>
      )}
    </Card>
  )
}
