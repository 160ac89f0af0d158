import { Globe, KeyRound, Lock, Radio, ShieldCheck, Terminal } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ServerStatus } from '../../../shared/domain/server.ts'
import type { Settings } from '../../../shared/domain/settings.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { Card } from '../../components/ui/card.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { isLoopback, otherPorts } from './address.ts'
import { AddressBox } from './connect/address-box.tsx'
import { ServerProblem } from './server-problem.tsx'
import { ServerSettings } from './server-settings.tsx'
import { showServer, useServerView } from './server-view.ts'
import { useServerSwitch } from './use-server-switch.ts'

export interface StatusCardProps {
  status: ServerStatus
  settings: Settings
  system: SystemInfo
  address: string
}

/** The large switch, what it did, and the address to copy. */
export function StatusCard({ status, settings, system, address }: StatusCardProps) {
  const { t } = useTranslation('server')
  const server = useServerSwitch(status.state)
  const on = status.state === 'on'
  const starting = status.state === 'starting' || server.busy
  const problem = status.error ?? server.error
  const reason = status.headless ? 'headless' : system.access === 'remote' ? 'remote' : null
  return (
    <Card className="flex flex-col gap-4 px-5.5 py-5">
      <div className="flex flex-wrap items-center gap-x-4.5 gap-y-3">
        {status.headless ? (
          <Terminal aria-hidden="true" className="size-6 shrink-0 text-ember" strokeWidth={1.75} />
        ) : (
          <Switch
            size="lg"
            label={t('switch')}
            checked={on || status.state === 'starting'}
            disabled={system.access === 'remote'}
            busy={starting}
            onCheckedChange={(enabled) => server.set(enabled)}
          />
        )}
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="text-lg leading-row font-semibold" aria-live="polite">
            {t(starting && !on ? 'state.starting' : `state.${status.state}`)}
          </h2>
          {(on || problem === null) && <p className="text-sm text-ink-2">{t(on ? 'sentence.on' : 'sentence.off')}</p>}
        </div>
        {on && <Address address={address} choice={system.door === 'window' && status.networkAddresses.length > 0} />}
      </div>
      {problem !== null && (
        <ServerProblem
          error={problem}
          port={settings.server.port}
          busy={server.busy}
          canChange={system.access === 'local'}
          onRetry={() => server.set(true)}
          onPort={server.startOn}
        />
      )}
      {reason !== null && <p className="text-sm text-ink-2">{t(`reason.${reason}`)}</p>}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-h-8 flex-wrap items-center gap-2">
          {on && <Reach status={status} />}
          {!on && problem === null && <span className="text-sm text-ink-3">{t('wouldAnswerAt', { address })}</span>}
        </div>
        {reason === null && <ServerSettings settings={settings} portHere={problem === null || on} />}
      </div>
    </Card>
  )
}

/** Who can reach the server, as badges. */
function Reach({ status }: { status: ServerStatus }) {
  const { t } = useTranslation('server')
  return (
    <>
      {[...status.addresses, ...status.networkAddresses].every(isLoopback) ? (
        <Badge icon={Lock}>{t('badge.onlyThisComputer')}</Badge>
      ) : (
        <Badge tone="warn" icon={Globe}>
          {t('badge.network')}
        </Badge>
      )}
      {otherPorts(status.addresses).map((port) => (
        <Tooltip key={port} content={t('badge.alsoHint')}>
          <span>
            <Badge icon={Radio}>{t('badge.also', { port })}</Badge>
          </span>
        </Tooltip>
      ))}
      {status.certificateFingerprint !== null && <Badge icon={ShieldCheck}>HTTPS</Badge>}
      {status.keyRequired && <Badge icon={KeyRound}>{t('badge.key')}</Badge>}
    </>
  )
}

/** The base URL of the OpenAI API, as seen from here or, where there is a choice, from the network. */
function Address({ address, choice }: { address: string; choice: boolean }) {
  const { t } = useTranslation('server')
  const { from } = useServerView()
  return (
    <div className="flex max-w-full flex-wrap items-center gap-2">
      {choice && (
        <Tabs
          variant="segmented"
          label={t('from.label')}
          value={from}
          onValueChange={(next) => showServer({ from: next })}
          tabs={[
            { value: 'here', label: t('from.here') },
            { value: 'network', label: t('from.network') },
          ]}
        />
      )}
      <AddressBox url={`${address}/v1`} qr={!isLoopback(address)} />
    </div>
  )
}
