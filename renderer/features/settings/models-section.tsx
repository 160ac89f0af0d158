import { Package } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { HubId } from '../../../shared/domain/hubs.ts'
import type { Settings } from '../../../shared/domain/settings.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { Select } from '../../components/ui/select.tsx'
import { useFormat } from '../../lib/format.ts'
import { updateSettings } from '../../lib/state/settings.ts'
import { parseAddress, parsePath, speedChoices } from './addresses.ts'
import { ApplyField } from './apply-field.tsx'
import { useChangeSettings } from './change.ts'
import { HubReach } from './hub-reach.tsx'
import { HubToken } from './hub-token.tsx'
import { ModelsFolder } from './models-folder.tsx'
import { ProxyAddress, ProxyLogin } from './proxy-fields.tsx'
import type { SettingRow, SettingSection } from './rows.ts'
import { useAccounts } from './use-accounts.ts'

/** The hubs' own addresses, which stand in the fields for others. */
const ENDPOINTS: Record<HubId, string> = {
  huggingface: 'https://huggingface.co',
  ollama: 'https://registry.ollama.ai',
  modelscope: 'https://www.modelscope.cn',
}

/** Where models come from, how they get here and where they are put. */
export function useModelsSection(settings: Settings, system: SystemInfo): SettingSection {
  const { t } = useTranslation('settings')
  const local = system.access === 'local'
  const downloads = useDownloadRows(settings)
  const hubs = useHubRows(settings, local)
  const network = useNetworkRows(settings)
  const folder: SettingRow = {
    id: 'models-folder',
    label: t('models.folder.label'),
    hint: t('models.folder.hint'),
    keywords: `HEARTH_MODELS ${settings.downloads.folder ?? ''}`,
    body: <ModelsFolder folder={settings.downloads.folder} pickable={system.hasDesktop} />,
  }
  const remote: SettingRow = { id: 'models-remote', label: t('models.remote.label'), hint: t('models.remote.hint') }
  return {
    id: 'models',
    title: t('models.title'),
    icon: Package,
    rows: local ? [folder, ...downloads, ...hubs, ...network] : [...downloads, remote],
  }
}

function useDownloadRows({ downloads }: Settings): SettingRow[] {
  const { t } = useTranslation('settings')
  const format = useFormat()
  const change = useChangeSettings()
  const count = (label: string, value: number, choices: readonly number[], apply: (next: number) => void) => (
    <Select
      label={label}
      value={String(value)}
      options={[...new Set([...choices, value])]
        .toSorted((a, b) => a - b)
        .map((each) => ({ value: String(each), label: format.number(each) }))}
      onValueChange={(next) => apply(Number(next))}
    />
  )
  return [
    {
      id: 'speed-limit',
      label: t('models.speedLimit.label'),
      hint: t('models.speedLimit.hint'),
      control: (
        <Select
          label={t('models.speedLimit.label')}
          value={String(downloads.speedLimit)}
          options={speedChoices(downloads.speedLimit).map((speed) => ({
            value: String(speed),
            label:
              speed === null
                ? t('models.speedLimit.none')
                : t('models.speedLimit.value', { speed: format.bytes(speed) }),
          }))}
          onValueChange={(speed) => change({ downloads: { speedLimit: speed === 'null' ? null : Number(speed) } })}
        />
      ),
    },
    {
      id: 'parallel',
      label: t('models.parallel.label'),
      hint: t('models.parallel.hint'),
      control: count(t('models.parallel.label'), downloads.parallel, [1, 2, 3, 4, 6, 8], (parallel) =>
        change({ downloads: { parallel } }),
      ),
    },
    {
      id: 'connections',
      label: t('models.connections.label'),
      hint: t('models.connections.hint'),
      control: count(t('models.connections.label'), downloads.connections, [1, 2, 4, 8, 16], (connections) =>
        change({ downloads: { connections } }),
      ),
    },
  ]
}

function useHubRows({ hubs }: Settings, local: boolean): SettingRow[] {
  const { t } = useTranslation('settings')
  const { accounts, replace } = useAccounts(local)
  const nameOf = (hub: HubId) => t(`models.hub.${hub}`)
  return [
    ...accounts.map((account): SettingRow => ({
      id: `token-${account.hub}`,
      label: t('models.token.label', { hub: nameOf(account.hub) }),
      hint: t('models.token.hint'),
      keywords: 'token HF_TOKEN gated',
      body: <HubToken account={account} onChange={replace} />,
    })),
    {
      id: 'reach',
      label: t('models.reach.label'),
      hint: t('models.reach.hint'),
      keywords: HubId.options.map(nameOf).join(' '),
      body: <HubReach />,
    },
    {
      id: 'endpoints',
      label: t('models.endpoint.label'),
      hint: t('models.endpoint.hint'),
      keywords: `mirror HF_ENDPOINT ${HubId.options.map(nameOf).join(' ')}`,
      body: (
        <div className="flex flex-col gap-3">
          {HubId.options.map((hub) => (
            <ApplyField
              key={hub}
              label={nameOf(hub)}
              labelShown
              placeholder={ENDPOINTS[hub]}
              value={hubs.endpoints[hub]}
              parse={(text) => parseAddress(text, 'https')}
              invalid={t('models.endpoint.invalid')}
              onApply={(address) => updateSettings({ hubs: { endpoints: { [hub]: address } } })}
            />
          ))}
        </div>
      ),
    },
  ]
}

function useNetworkRows({ hubs: { proxy, certificates } }: Settings): SettingRow[] {
  const { t } = useTranslation('settings')
  const change = useChangeSettings()
  const modes = ['system', 'none', 'manual'] as const
  return [
    {
      id: 'proxy',
      label: t('models.proxy.label'),
      hint: t('models.proxy.hint'),
      keywords: 'proxy HTTPS_PROXY',
      control: (
        <Select
          label={t('models.proxy.label')}
          value={proxy.mode}
          options={modes.map((mode) => ({ value: mode, label: t(`models.proxy.mode.${mode}`) }))}
          onValueChange={(mode) => change({ hubs: { proxy: { mode } } })}
        />
      ),
      body: proxy.mode !== 'none' && (
        <>
          {proxy.mode === 'manual' && <ProxyAddress url={proxy.url} />}
          <ProxyLogin />
        </>
      ),
    },
    {
      id: 'certificates',
      label: t('models.certificates.label'),
      hint: t('models.certificates.hint'),
      keywords: 'PEM CA SSL TLS',
      body: (
        <ApplyField
          label={t('models.certificates.label')}
          placeholder={t('models.certificates.placeholder')}
          value={certificates}
          parse={parsePath}
          invalid={t('models.certificates.invalid')}
          onApply={(path) => updateSettings({ hubs: { certificates: path } })}
        />
      ),
    },
  ]
}
