import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../shared/domain/settings.ts'
import { OllamaPortSelect } from '../../components/ollama-port-select.tsx'
import { PortField } from '../../components/port-field.tsx'
import { updateSettings } from '../../lib/state/settings.ts'

/** The two settings of the server, in one row. `portHere`: the port is not already asked for elsewhere. */
export function ServerSettings({ settings, portHere }: { settings: Settings; portHere: boolean }) {
  const { t } = useTranslation('server')
  return (
    <div className="flex flex-wrap items-start gap-x-5 gap-y-2 text-sm text-ink-2">
      {portHere && (
        <div className="flex items-start gap-2">
          <span aria-hidden="true" className="leading-8">
            {t('port.label')}
          </span>
          <PortField port={settings.server.port} onApply={(port) => updateSettings({ server: { port } })} />
        </div>
      )}
      <div className="flex items-start gap-2">
        <span aria-hidden="true" className="leading-8">
          {t('ollamaPort.short')}
        </span>
        <OllamaPortSelect value={settings.server.ollamaPort} />
      </div>
    </div>
  )
}
