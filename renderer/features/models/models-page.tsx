import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { PageHeader } from '../../components/ui/page-header.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { cn } from '../../lib/cn.ts'
import { navigate, useRoute } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'
import { useSidebar } from '../../lib/sidebar.ts'
import { useEngines } from '../../lib/state/engines.ts'
import { useModels } from '../../lib/state/models.ts'
import { useSettings } from '../../lib/state/settings.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { AddModelButton } from './add-model-button.tsx'
import { means, usedForNewChats } from './loaded.ts'
import { ModelDetail } from './model-detail.tsx'
import { ModelList } from './model-list.tsx'

/** The models on this computer: the list, and one model's detail beside it. */
export function ModelsPage() {
  const { t } = useTranslation('models')
  const { value: models, error } = useModels()
  const engines = useEngines().value
  const settings = useSettings().value
  const system = useSystemInfo().value
  const route = useRoute()
  const narrow = useSidebar((sidebar) => sidebar.narrow)
  const [query, setQuery] = useState('')
  useEffect(() => {
    // Looks at the files anew; what it finds comes with the stream of models, whose error is the one to show.
    const look = async () => rpc().models.list()
    look().catch(() => {})
  }, [])

  const named = route.page === 'models' ? route.name : undefined
  const chosen = models?.find((model) => named !== undefined && means(model, named)) ?? null
  // With room for both, something is always open beside the list.
  const first = models?.find((model) => usedForNewChats(settings, model)) ?? models?.[0] ?? null
  const shown = chosen ?? (narrow ? null : first)
  const covered = narrow && shown !== null
  const back = () => navigate({ page: 'models' })

  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title={t('title')}>
        <AddModelButton />
      </PageHeader>
      <div className="@container relative flex min-h-0 flex-1">
        <section
          aria-label={t('list')}
          inert={covered}
          className={cn(
            'flex min-h-0 flex-col overflow-y-auto',
            narrow ? 'w-full' : 'w-60 shrink-0 border-e border-line @5xl:w-74',
          )}
        >
          {models === null && error === null && <ListSkeleton />}
          {models === null && error !== null && <ErrorState error={error} />}
          {models !== null && (
            <ModelList models={models} engines={engines} selected={shown} query={query} onQueryChange={setQuery} />
          )}
          {system?.hasDesktop === true && system.access === 'local' && (
            <p className="mt-auto p-4 text-xs text-ink-3">{t('dropHint')}</p>
          )}
        </section>
        {shown !== null && (
          <section
            aria-label={t('detail')}
            className={cn('min-h-0 flex-1 overflow-y-auto bg-canvas', covered && 'absolute inset-0 animate-appear')}
            onKeyDown={(event) => {
              if (covered && event.key === 'Escape' && !event.defaultPrevented) back()
            }}
          >
            <ModelDetail key={shown.name} model={shown} engines={engines} onBack={covered ? back : undefined} />
          </section>
        )}
      </div>
    </div>
  )
}

function ListSkeleton() {
  return (
    <div className="flex flex-col gap-4 p-4">
      {[0, 1, 2].map((row) => (
        <div key={row} className="flex flex-col gap-2">
          <Skeleton className="h-5 w-2/3" />
          <Skeleton className="h-4 w-full" />
          <Skeleton className="h-3 w-1/2" />
        </div>
      ))}
    </div>
  )
}
