import { Search, SearchX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../shared/domain/settings.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { Button } from '../../components/ui/button.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { PageHeader } from '../../components/ui/page-header.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { TextField } from '../../components/ui/text-field.tsx'
import { useRoute } from '../../lib/router.ts'
import { useHardware } from '../../lib/state/hardware.ts'
import { useSettings } from '../../lib/state/settings.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { useAboutSection } from './about-section.tsx'
import { useComputerSection } from './computer-section.tsx'
import { useDataSection } from './data-section.tsx'
import { useEngineSection } from './engine-section.tsx'
import { useGeneralSection } from './general-section.tsx'
import { useModelsSection } from './models-section.tsx'
import { filterSections } from './rows.ts'
import { SectionNav } from './section-nav.tsx'
import { SectionView } from './section-view.tsx'
import { useServerSection } from './server-section.tsx'

/** All settings. A change acts at once. */
export function SettingsPage() {
  const { t } = useTranslation('settings')
  const settings = useSettings()
  const system = useSystemInfo()
  const [query, setQuery] = useState('')
  const error = settings.error ?? system.error
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title={t('title')}>
        <TextField
          type="search"
          className="w-60"
          icon={Search}
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </PageHeader>
      {settings.value !== null && system.value !== null ? (
        <Sections settings={settings.value} system={system.value} query={query} onClear={() => setQuery('')} />
      ) : error === null ? (
        <RowsSkeleton />
      ) : (
        <ErrorState error={error} />
      )}
    </div>
  )
}

interface SectionsProps {
  settings: Settings
  system: SystemInfo
  query: string
  onClear: () => void
}

function Sections({ settings, system, query, onClear }: SectionsProps) {
  const { t } = useTranslation('settings')
  const route = useRoute()
  const hardware = useHardware().value
  const sections = [
    useGeneralSection(settings, system),
    useModelsSection(settings, system),
    useEngineSection(settings),
    useComputerSection(settings),
    useServerSection(settings, system),
    useDataSection(system),
    useAboutSection(system, hardware),
  ]
  const searching = query.trim() !== ''
  const wanted = route.page === 'settings' ? route.section : undefined
  const current = sections.find((section) => section.id === wanted) ?? sections[0]
  const shown = searching ? filterSections(sections, query) : current === undefined ? [] : [current]
  return (
    <div className="@container min-h-0 flex-1">
      <div className="flex h-full min-h-0 flex-col @2xl:flex-row">
        <SectionNav sections={sections} current={searching ? null : (current?.id ?? null)} onChoose={onClear} />
        <div className="min-h-0 flex-1 overflow-y-auto" key={searching ? 'search' : current?.id}>
          <div className="flex max-w-prose flex-col gap-8 px-7 py-6">
            {shown.map((section) => (
              <SectionView key={section.id} section={section} />
            ))}
            {shown.length === 0 && (
              <EmptyState
                icon={SearchX}
                title={t('search.nothing', { query })}
                action={<Button onClick={onClear}>{t('search.clear')}</Button>}
              />
            )}
          </div>
        </div>
      </div>
    </div>
  )
}

function RowsSkeleton() {
  return (
    <div className="flex max-w-prose flex-col gap-6 px-7 py-6">
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="flex items-center justify-between gap-8">
          <Skeleton className="w-56" />
          <Skeleton className="h-8 w-28" />
        </div>
      ))}
    </div>
  )
}
