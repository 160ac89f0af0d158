import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { HubId } from '../../../shared/domain/hubs.ts'
import { cn } from '../../lib/cn.ts'
import { navigate } from '../../lib/router.ts'
import { useSidebar } from '../../lib/sidebar.ts'
import { useCatalogue } from '../../lib/state/catalogue.ts'
import { modelAt } from './catalogue-source.ts'
import { changeQuery, useQuery } from './discover-state.ts'
import { Finder } from './finder.tsx'
import { RepoDetail } from './repo-detail.tsx'
import { Welcome } from './welcome.tsx'

/** Models to get: what fits, from a list that needs no network and from the hubs, and one of them beside it. */
export function DiscoverPane({ repo }: { repo?: { hub: HubId; repo: string } | undefined }) {
  const { t } = useTranslation('discover')
  const narrow = useSidebar((sidebar) => sidebar.narrow)
  const catalogue = useCatalogue()
  const query = useQuery()
  const covered = narrow && repo !== undefined
  const curated = useMemo(
    () => (repo === undefined ? null : modelAt(catalogue.value ?? [], repo.hub, repo.repo)),
    [catalogue.value, repo],
  )
  const back = (): void => navigate({ page: 'discover' })
  useEffect(() => {
    document.title = `${t('title')} · Hearth`
  }, [t])

  return (
    <div className="@container relative flex min-h-0 flex-1">
      <section
        aria-label={t('list.label')}
        inert={covered}
        className={cn('flex min-h-0 flex-col', narrow ? 'w-full' : 'w-64 shrink-0 border-e border-line @5xl:w-74')}
      >
        <Finder catalogue={catalogue} query={query} onChange={changeQuery} selected={repo ?? null} curated={curated} />
      </section>
      {repo === undefined ? (
        !narrow && (
          <section aria-label={t('detail.label')} className="min-h-0 flex-1 overflow-y-auto">
            <Welcome />
          </section>
        )
      ) : (
        <section
          aria-label={t('detail.label')}
          className={cn('min-h-0 flex-1 overflow-y-auto bg-canvas', covered && 'absolute inset-0 animate-appear')}
          onKeyDown={(event) => {
            if (covered && event.key === 'Escape' && !event.defaultPrevented) back()
          }}
        >
          <RepoDetail
            key={`${repo.hub}:${repo.repo}`}
            hub={repo.hub}
            repo={repo.repo}
            curated={curated}
            onBack={covered ? back : undefined}
          />
        </section>
      )}
    </div>
  )
}
