import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { PageHeader } from '../../components/ui/page-header.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { useModels } from '../../lib/state/models.ts'
import { useServerState } from '../../lib/state/server.ts'
import { useSettings } from '../../lib/state/settings.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { shownAddress, snippetModel } from './address.ts'
import { EndpointsCard } from './endpoints-card.tsx'
import { OllamaQuestion } from './ollama-question.tsx'
import { OpenInBrowser } from './open-in-browser.tsx'
import { RequestsCard } from './requests-card.tsx'
import { SnippetsCard } from './snippets-card.tsx'
import { StatusCard } from './status-card.tsx'

/** The HTTP server: its switch, its address, programs that call it, and each request as it happens. */
export function ServerPage() {
  const { t } = useTranslation('server')
  const { value: server, error } = useServerState()
  const settings = useSettings().value
  const system = useSystemInfo().value
  const models = useModels().value

  const ready = server !== null && settings !== null && system !== null
  const canOpen = ready && server.status.state === 'on' && system.access === 'local' && system.door === 'window'
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title={t('title')}>{canOpen && <OpenInBrowser />}</PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="px-7 py-6">
          <div className="@container mx-auto flex max-w-page flex-col gap-4">
            {!ready && error !== null && <ErrorState error={error} />}
            {!ready && error === null && <PageSkeleton />}
            {ready && (
              <>
                {server.status.askAboutOllamaPort && <OllamaQuestion />}
                <StatusCard status={server.status} settings={settings} system={system} address={addressOf()} />
                <div className="grid gap-4 @3xl:grid-cols-[minmax(0,1fr)_18.75rem]">
                  <SnippetsCard
                    baseUrl={`${addressOf()}/v1`}
                    model={snippetModel(models ?? [], settings.chatModel)}
                    keyRequired={server.status.keyRequired}
                    windows={system.platform === 'win32'}
                  />
                  <EndpointsCard address={addressOf()} />
                </div>
                <RequestsCard requests={server.requests} on={server.status.state === 'on'} />
              </>
            )}
          </div>
        </div>
      </div>
    </div>
  )

  function addressOf(): string {
    return shownAddress({
      addresses: server?.status.addresses ?? [],
      port: settings?.server.port ?? 1234,
      browserOrigin: system?.door === 'browser' ? window.location.origin : null,
    })
  }
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
