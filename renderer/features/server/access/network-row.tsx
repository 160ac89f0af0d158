import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerStatus } from '../../../../shared/domain/server.ts'
import type { Settings } from '../../../../shared/domain/settings.ts'
import { Switch } from '../../../components/ui/switch.tsx'
import { AddressBox } from '../connect/address-box.tsx'
import { SettingRow } from '../setting-row.tsx'
import { useChangeServer } from '../use-change.ts'
import { NetworkDialog } from './network-dialog.tsx'

export interface NetworkRowProps {
  status: ServerStatus
  settings: Settings
  local: boolean
}

/** Whether other computers may use the server, and at which addresses. What that means is said before it is so. */
export function NetworkRow({ status, settings, local }: NetworkRowProps) {
  const { t } = useTranslation('server')
  const change = useChangeServer()
  const [asking, setAsking] = useState(false)
  const { network, https } = settings.server
  const { networkAddresses } = status
  return (
    <SettingRow
      label={t('network.label')}
      hint={t('network.hint')}
      control={
        <Switch
          label={t('network.label')}
          checked={network}
          disabled={!local}
          onCheckedChange={(next) => (next ? setAsking(true) : change({ network: false }))}
        />
      }
    >
      {networkAddresses.length > 0 && (
        <ul aria-label={t('network.addresses')} className="flex flex-wrap gap-2">
          {networkAddresses.map((address) => (
            <li key={address} className="max-w-full">
              <AddressBox url={address} qr />
            </li>
          ))}
        </ul>
      )}
      {network && networkAddresses.length === 0 && (
        <p className="text-sm text-ink-3">{t(status.state === 'on' ? 'network.none' : 'network.later')}</p>
      )}
      {asking && <NetworkDialog https={https.mode} onClose={() => setAsking(false)} />}
    </SettingRow>
  )
}
