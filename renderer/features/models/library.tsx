import { Boxes, Compass, SearchX } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { Button } from '../../components/ui/button.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { cn } from '../../lib/cn.ts'
import { navigate } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'
import { useSidebar } from '../../lib/sidebar.ts'
import { useEngines } from '../../lib/state/engines.ts'
import { useModels } from '../../lib/state/models.ts'
import { useSettings } from '../../lib/state/settings.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { filterModels, NO_FILTER } from './filter.ts'
import { useFits } from './fits.ts'
import { LibraryBar } from './library-bar.tsx'
import { useLibraryView } from './library-view.ts'
import { useListKeys } from './list-keys.ts'
import { means, usedForNewChats } from './loaded.ts'
import { ModelDetail } from './model-detail.tsx'
import { type ListHandle, ModelList } from './model-list.tsx'
import { ModelTable } from './model-table.tsx'
import { sortModels } from './sort.ts'

/** The models on this computer, and the detail of one beside them. */
export function Library({ name }: { name: string | undefined }) {
  const { t } = useTranslation('models')
  const { value: models, error } = useModels()
  const engines = useEngines().value
  const settings = useSettings().value
  const narrow = useSidebar((sidebar) => sidebar.narrow)
  const { view } = useLibraryView()
  const [query, setQuery] = useState('')
  const [filter, setFilter] = useState(NO_FILTER)
  const found = useFound(models, query, filter)
  const list = useRef<ListHandle>(null)
  useFits(models)
  useEffect(() => {
    document.title = `${t('title')} · Hearth`
  }, [t])
  useEffect(() => {
    // Looks at the files anew; what it finds comes with the stream of models, whose error is the one to show.
    const look = async () => rpc().models.list()
    look().catch(() => {})
  }, [])

  const chosen = models?.find((model) => name !== undefined && means(model, name)) ?? null
  // With room for both, something is always open beside the list; a table keeps its width until a row is chosen.
  const first = models?.find((model) => usedForNewChats(settings, model)) ?? models?.[0] ?? null
  const shown = chosen ?? (narrow || view === 'table' ? null : first)
  const covered = narrow && shown !== null
  const back = () => navigate({ page: 'models' })
  const keys = useListKeys({ models: found, shown, list, open: !narrow })
  const clear = () => {
    setQuery('')
    setFilter(NO_FILTER)
  }

  return (
    <div className="@container relative flex min-h-0 flex-1">
      <section
        aria-label={t('list')}
        inert={covered}
        onKeyDown={keys}
        className={cn(
          'flex min-h-0 flex-col',
          narrow && 'w-full',
          !narrow && view === 'list' && 'w-60 shrink-0 border-e border-line @5xl:w-74',
          !narrow && view === 'table' && 'min-w-0 flex-1',
        )}
      >
        {models === null && error === null && <ListSkeleton />}
        {models === null && error !== null && <ErrorState error={error} />}
        {models !== null && (
          <LibraryBar
            models={models}
            query={query}
            onQueryChange={setQuery}
            filter={filter}
            onFilterChange={setFilter}
          />
        )}
        {models?.length === 0 && (
          <EmptyState
            icon={Boxes}
            title={t('empty.title')}
            description={t('empty.description')}
            action={
              <Button variant="primary" icon={Compass} onClick={() => navigate({ page: 'discover' })}>
                {t('empty.action')}
              </Button>
            }
          />
        )}
        {models !== null && models.length > 0 && found.length === 0 && (
          <EmptyState
            icon={SearchX}
            title={query === '' ? t('search.nothingFiltered') : t('search.nothing', { query })}
            action={<Button onClick={clear}>{t('search.clear')}</Button>}
          />
        )}
        {found.length > 0 &&
          (view === 'table' ? (
            <ModelTable ref={list} models={found} engines={engines} selected={chosen} />
          ) : (
            <ModelList ref={list} models={found} engines={engines} selected={shown} />
          ))}
        <DropHint />
      </section>
      {shown !== null && (
        <section
          aria-label={t('detail')}
          className={cn(
            'min-h-0 overflow-y-auto bg-canvas',
            view === 'list' || narrow ? 'flex-1' : 'w-100 shrink-0 border-s border-line @5xl:w-120',
            covered && 'absolute inset-0 animate-appear',
          )}
          onKeyDown={(event) => {
            if ((covered || view === 'table') && event.key === 'Escape' && !event.defaultPrevented) back()
          }}
        >
          <ModelDetail
            key={shown.name}
            model={shown}
            engines={engines}
            onBack={covered ? back : undefined}
            onClose={!covered && view === 'table' ? back : undefined}
          />
        </section>
      )}
    </div>
  )
}

/** What search, filter and order leave; typing stays fluent in a library of thousands. */
function useFound(models: readonly Model[] | null, query: string, filter: typeof NO_FILTER): Model[] {
  const { sort, descending } = useLibraryView()
  const wanted = useDeferredValue(query)
  const sorted = useMemo(() => sortModels(models ?? [], sort, descending), [models, sort, descending])
  return useMemo(() => filterModels(sorted, wanted, filter), [sorted, wanted, filter])
}

function DropHint() {
  const { t } = useTranslation('models')
  const system = useSystemInfo().value
  if (system?.hasDesktop !== true || system.access !== 'local') return null
  return <p className="mt-auto p-4 text-xs text-ink-3">{t('dropHint')}</p>
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
