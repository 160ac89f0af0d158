import { HardDrive, List, Table2 } from 'lucide-react'
import { type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { PageHeader } from '../../components/ui/page-header.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { useFormat } from '../../lib/format.ts'
import { navigate, useRoute } from '../../lib/router.ts'
import { useModels } from '../../lib/state/models.ts'
import { AddModelMenu } from './add/add-model-menu.tsx'
import { Library } from './library.tsx'
import { setLibraryView, useLibraryView } from './library-view.ts'
import { StorageDialog } from './storage/storage-dialog.tsx'

/** The models: those on this computer, and those to discover at the hubs. */
export function ModelsPage({ tab, discover }: { tab: 'here' | 'discover'; discover?: ReactNode }) {
  const { t } = useTranslation('models')
  const { number } = useFormat()
  const models = useModels().value
  const route = useRoute()
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        title={
          <>
            <h1 className="sr-only">{t('title')}</h1>
            <div className="no-drag">
              <Tabs
                variant="segmented"
                label={t('tabs.label')}
                value={tab}
                onValueChange={(next) => navigate({ page: next === 'here' ? 'models' : 'discover' })}
                tabs={[
                  {
                    value: 'here',
                    label: t('tabs.here'),
                    ...(models === null ? {} : { badge: number(models.length) }),
                  },
                  { value: 'discover', label: t('tabs.discover') },
                ]}
              />
            </div>
          </>
        }
      >
        {tab === 'here' && <LibraryControls />}
      </PageHeader>
      {tab === 'discover' ? (
        <Suspense fallback={null}>{discover}</Suspense>
      ) : (
        <Library name={route.page === 'models' ? route.name : undefined} />
      )}
    </div>
  )
}

function LibraryControls() {
  const { t } = useTranslation('models')
  const { view } = useLibraryView()
  const [storage, setStorage] = useState(false)
  return (
    <>
      <span className="flex items-center gap-1">
        <IconButton
          icon={view === 'table' ? List : Table2}
          label={t(view === 'table' ? 'view.list' : 'view.table')}
          onClick={() => setLibraryView({ view: view === 'table' ? 'list' : 'table' })}
        />
        <IconButton icon={HardDrive} label={t('storage.title')} onClick={() => setStorage(true)} />
      </span>
      <AddModelMenu />
      <StorageDialog open={storage} onOpenChange={setStorage} />
    </>
  )
}
