import { ExternalLink } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../../components/ui/card.tsx'
import { CopyButton } from '../../../components/ui/copy-button.tsx'

const APIS = [
  { name: 'OpenAI', paths: ['/v1'] },
  { name: 'Ollama', paths: ['/api'] },
  { name: 'LM Studio', paths: ['/api/v0', '/api/v1'] },
  { name: 'Anthropic', paths: ['/v1/messages'] },
  { name: 'Prometheus', paths: ['/metrics'] },
] as const

/** The APIs that the server speaks, and where. `on`: its reference can be opened. */
export function EndpointsCard({ address, on }: { address: string; on: boolean }) {
  const { t } = useTranslation('server')
  const rows = [...APIS, { name: t('endpoints.health'), paths: ['/health'] }]
  return (
    <Card className="flex flex-col gap-1 py-3.5 ps-4 pe-2.5">
      <div className="flex items-center justify-between gap-2 pe-1.5">
        <h2 className="text-base font-semibold">{t('endpoints.title')}</h2>
        {on && (
          <a
            href={`${address}/docs`}
            target="_blank"
            rel="noreferrer"
            className="flex items-center gap-1.5 rounded-sm text-sm text-ember-ink hover:underline"
          >
            {t('endpoints.reference')}
            <ExternalLink aria-hidden="true" className="size-3.5 shrink-0" strokeWidth={1.75} />
          </a>
        )}
      </div>
      <ul className="flex flex-col">
        {rows.map(({ name, paths }) => (
          <li key={name} className="flex min-h-8 items-center gap-1">
            <span className="min-w-0 flex-1 truncate text-sm text-ink-2">{name}</span>
            {paths.map((path) => (
              <span key={path} className="flex items-center gap-1">
                <code className="font-mono text-xs text-ink">{path}</code>
                <CopyButton text={`${address}${path}`} label={t('endpoints.copy', { path })} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Card>
  )
}
