import { ArrowRight, Radio } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../shared/domain/settings.ts'
import type { SystemInfo } from '../../../shared/domain/system.ts'
import { OllamaPortSelect } from '../../components/ollama-port-select.tsx'
import { PortField } from '../../components/port-field.tsx'
import { Button } from '../../components/ui/button.tsx'
import { navigate } from '../../lib/router.ts'
import { useServerState } from '../../lib/state/server.ts'
import { updateSettings } from '../../lib/state/settings.ts'
import type { SettingRow, SettingSection } from './rows.ts'

/**
 * Where the server answers. Under `hearth serve` its command line decides that, and a browser that moved the port would
 * cut itself off: neither is offered a choice.
 */
export function useServerSection(settings: Settings, system: SystemInfo): SettingSection {
  const { t } = useTranslation('settings')
  const status = useServerState().value?.status ?? null
  const fixed = status?.headless === true ? 'headless' : system.access === 'remote' ? 'remote' : null
  const ports: SettingRow[] = [
    {
      id: 'port',
      label: t('server.port.label'),
      hint: t('server.port.hint'),
      control: <PortField port={settings.server.port} onApply={(port) => updateSettings({ server: { port } })} />,
    },
    {
      id: 'ollama-port',
      label: t('server.ollamaPort.label'),
      hint: t('server.ollamaPort.hint'),
      keywords: 'ollama 11434',
      control: <OllamaPortSelect value={settings.server.ollamaPort} />,
    },
  ]
  return {
    id: 'server',
    title: t('server.title'),
    icon: Radio,
    rows: [
      ...(fixed === null ? ports : []),
      {
        id: 'server-page',
        label: t('server.page.label'),
        hint: t(fixed === null ? 'server.page.hint' : `server.page.${fixed}`),
        control: (
          <Button icon={ArrowRight} onClick={() => navigate({ page: 'server' })}>
            {t('server.page.action')}
          </Button>
        ),
      },
    ],
  }
}
