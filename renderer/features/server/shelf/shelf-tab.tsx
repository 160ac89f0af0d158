import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../../shared/domain/models.ts'
import type { ServerStatus } from '../../../../shared/domain/server.ts'
import type { Settings } from '../../../../shared/domain/settings.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Card } from '../../../components/ui/card.tsx'
import { CodeBlock } from '../../../components/ui/code-block.tsx'
import { Switch } from '../../../components/ui/switch.tsx'
import { isLoopback } from '../address.ts'
import { AddressBox } from '../connect/address-box.tsx'
import { ModelChecklist } from '../model-checklist.tsx'
import { showServer } from '../server-view.ts'
import { SettingRow } from '../setting-row.tsx'
import { TextList } from '../text-list.tsx'
import { useChangeServer } from '../use-change.ts'
import { useListSetting } from '../use-list-setting.ts'
import { isAddressRange, shelfName } from './shelf.ts'

export interface ShelfTabProps {
  status: ServerStatus
  settings: Settings
  models: readonly Model[]
  /** Where this computer is reached, from its network if it can be. */
  address: string
  local: boolean
}

/** The office shelf: models that other computers fetch from here instead of from the internet. */
export function ShelfTab({ status, settings, models, address, local }: ShelfTabProps) {
  const { t } = useTranslation('server')
  const change = useChangeServer()
  const { shelf, network } = settings.server
  const [chosen, choose] = useListSetting(shelf.models, (next) => ({ shelf: { models: next } }))
  const [addresses, setAddresses] = useListSetting(shelf.addresses, (next) => ({ shelf: { addresses: next } }))
  const offered = models.filter(({ problem }) => problem === null)
  return (
    <Card className="divide-y divide-line" role="group" aria-label={t('shelf.title')}>
      <SettingRow
        label={t('shelf.title')}
        hint={t('shelf.hint')}
        control={
          <Switch
            label={t('shelf.title')}
            checked={shelf.enabled}
            disabled={!local}
            onCheckedChange={(enabled) => change({ shelf: { enabled } })}
          />
        }
      >
        {shelf.enabled && !network && isLoopback(address) && (
          <div className="flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3.5 py-2.5">
            <p className="min-w-0 flex-1 basis-64 text-sm leading-prose">{t('shelf.onlyHere')}</p>
            <Button onClick={() => showServer({ tab: 'access' })}>
              {t('shelf.toAccess')}
              <ChevronRight aria-hidden="true" className="-me-1 size-4" strokeWidth={1.75} />
            </Button>
          </div>
        )}
      </SettingRow>
      {shelf.enabled && (
        <>
          <SettingRow label={t('shelf.models')} hint={t('shelf.modelsHint')}>
            <ModelChecklist models={offered} chosen={chosen} disabled={!local} onChange={choose} />
          </SettingRow>
          <SettingRow label={t('shelf.who')} hint={t(addresses.length === 0 ? 'shelf.whoKey' : 'shelf.whoAddresses')}>
            <TextList
              label={t('shelf.addresses')}
              values={addresses}
              placeholder="192.168.1.0/24"
              isValid={isAddressRange}
              invalid={t('shelf.invalid')}
              disabled={!local}
              onChange={setAddresses}
            />
          </SettingRow>
          <Commands model={chosen[0]} address={address} status={status} />
        </>
      )}
    </Card>
  )
}

/** What colleagues type. */
function Commands({ model, address, status }: { model: string | undefined; address: string; status: ServerStatus }) {
  const { t } = useTranslation('server')
  if (model === undefined) return null
  const name = shelfName(address, model)
  const plain = address.startsWith('http:')
  return (
    <SettingRow
      label={t('shelf.fetch')}
      hint={t(plain ? 'shelf.plain' : status.certificateFingerprint === null ? 'shelf.secure' : 'shelf.trusted')}
    >
      <div className="flex flex-col gap-2">
        <CodeBlock
          code={`ollama pull ${plain ? '--insecure ' : ''}${name}`}
          language="bash"
          copyLabel={t('shelf.copy')}
        />
        <p className="pt-1 text-sm leading-prose text-ink-2">{t('shelf.fetchHearth')}</p>
        <div className="flex">
          <AddressBox url={address} />
        </div>
      </div>
    </SettingRow>
  )
}
