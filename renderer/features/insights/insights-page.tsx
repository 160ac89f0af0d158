import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { PageHeader } from '../../components/ui/page-header.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { useEngines } from '../../lib/state/engines.ts'
import { ChartsCard } from './charts-card.tsx'
import { GenerationsCard } from './generations-card.tsx'
import { MemoryCard } from './memory-card.tsx'
import { ModelCard } from './model-card.tsx'
import { QuarantineCard } from './quarantine-card.tsx'
import { useInsights } from './use-insights.ts'

/** What the engines do: what is in memory and for whom, how fast it goes, and what was done last. */
export function InsightsPage() {
  const { t } = useTranslation('insights')
  const engines = useEngines()
  const insights = useInsights()
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const error = engines.value === null ? engines.error : null
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title={t('title')} />
      <div ref={setScroller} className="min-h-0 flex-1 overflow-y-auto">
        <div className="px-7 py-6">
          <div className="@container mx-auto flex max-w-page flex-col gap-4">
            {error !== null && <ErrorState error={error} />}
            {error === null && engines.value === null && <PageSkeleton />}
            {engines.value !== null && (
              <>
                {engines.value.quarantined.map((quarantine) => (
                  <QuarantineCard key={quarantine.model} quarantine={quarantine} />
                ))}
                <MemoryCard engines={engines.value} />
                {engines.value.models.map((loaded) => (
                  <ModelCard key={loaded.model} loaded={loaded} />
                ))}
                {insights.value === null && insights.error !== null && <ErrorState error={insights.error} />}
                {insights.value === null && insights.error === null && <Skeleton className="h-80 w-full rounded-lg" />}
                {insights.value !== null && (
                  <>
                    <ChartsCard samples={insights.value.samples} />
                    <GenerationsCard records={insights.value.generations} scroller={scroller} />
                  </>
                )}
              </>
            )}
          </div>
        </div>
      </div>
    </div>
  )
}

function PageSkeleton() {
  return (
    <>
      <Skeleton className="h-28 w-full rounded-lg" />
      <Skeleton className="h-56 w-full rounded-lg" />
      <Skeleton className="h-80 w-full rounded-lg" />
    </>
  )
}
