import type { Model } from '../../../shared/domain/models.ts'
import type { ServerState } from '../../../shared/domain/server.ts'
import type { Settings } from '../../../shared/domain/settings.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { isLoopback, snippetModel } from './address.ts'
import { EndpointsCard } from './connect/endpoints-card.tsx'
import { SnippetsCard } from './connect/snippets-card.tsx'
import { OllamaQuestion } from './ollama-question.tsx'
import { RequestsCard } from './requests/requests-card.tsx'
import { StatusCard } from './status-card.tsx'

export interface OverviewTabProps {
  server: ServerState
  settings: Settings
  system: SystemInfo
  models: readonly Model[]
  address: string
}

/** What is needed every day: the switch, the address, programs that call it, and each request as it happens. */
export function OverviewTab({ server, settings, system, models, address }: OverviewTabProps) {
  const { status, requests } = server
  const on = status.state === 'on'
  const selfSigned = settings.server.https.mode === 'self-signed'
  return (
    <>
      {status.askAboutOllamaPort && <OllamaQuestion />}
      <StatusCard status={status} settings={settings} system={system} address={address} />
      <div className="grid gap-4 @3xl:grid-cols-[minmax(0,1fr)_18.75rem]">
        <SnippetsCard
          address={address}
          model={snippetModel(models, settings.chatModel)}
          keyRequired={status.keyRequired && !isLoopback(address)}
          selfSigned={selfSigned}
          windows={system.platform === 'win32'}
        />
        <EndpointsCard address={address} on={on} />
      </div>
      <RequestsCard
        requests={requests}
        on={on}
        keeping={{ on: settings.server.keepBodies, local: system.access === 'local' }}
        address={address}
        selfSigned={selfSigned}
      />
    </>
  )
}
