import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { PageHeader } from '../../components/ui/page-header.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { useModels } from '../../lib/state/models.ts'
import { useServerState } from '../../lib/state/server.ts'
import { useSettings } from '../../lib/state/settings.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { AccessTab } from './access/access-tab.tsx'
import { shownAddress } from './address.ts'
import { AliasesTab } from './aliases/aliases-tab.tsx'
import { OpenInBrowser } from './open-in-browser.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { SERVER_TABS, showServer, useServerView } from './server-view.ts'
import { ShelfTab } from './shelf/shelf-tab.tsx'

/** The HTTP server: what it does now, who may use it, the names it answers to, and the models that it passes on. */
export function ServerPage() {
  const { t } = useTranslation('server')
  const { value: server, error } = useServerState()
  const settings = useSettings().value
  const system = useSystemInfo().value
  const models = useModels().value ?? []
  const { tab, from } = useServerView()

  const ready = server !== null && settings !== null && system !== null
  const local = system?.access === 'local'
  const canOpen = ready && server.status.state === 'on' && local && system.door === 'window'
  const addressFrom = (place: 'here' | 'network') =>
    shownAddress({
      addresses: server?.status.addresses ?? [],
      networkAddresses: place === 'network' ? (server?.status.networkAddresses ?? []) : [],
      port: settings?.server.port ?? 1234,
      browserOrigin: system?.door === 'browser' ? window.location.origin : null,
    })
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
                onValueChange={(next) => showServer({ tab: next })}
                tabs={SERVER_TABS.map((value) => ({ value, label: t(`tabs.${value}`) }))}
              />
            </div>
          </>
        }
      >
        {canOpen && <OpenInBrowser />}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="px-7 py-6">
          <div className="@container mx-auto flex max-w-page flex-col gap-4">
            {!ready && error !== null && <ErrorState error={error} />}
            {!ready && error === null && <PageSkeleton />}
            {ready && tab !== 'overview' && !local && <p className="text-sm text-ink-2">{t('readOnly')}</p>}
            {ready && tab === 'overview' && (
              <OverviewTab
                server={server}
                settings={settings}
                system={system}
                models={models}
                address={addressFrom(from)}
              />
            )}
            {ready && tab === 'access' && <AccessTab status={server.status} settings={settings} local={local} />}
            {ready && tab === 'aliases' && <AliasesTab settings={settings} models={models} local={local} />}
            {ready && tab === 'sharing' && (
              <ShelfTab
                status={server.status}
                settings={settings}
                models={models}
                address={addressFrom('network')}
                local={local}
              />
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
      <Skeleton className="h-31 w-full rounded-lg" />
      <Skeleton className="h-56 w-full rounded-lg" />
      <Skeleton className="h-64 w-full rounded-lg" />
    </>
  )
}
