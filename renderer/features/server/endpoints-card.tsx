import { Check, Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Card } from '../../components/ui/card.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { useCopied } from '../../components/use-copied.ts'

const ENDPOINTS = [
  { name: 'models', method: 'GET', path: '/v1/models' },
  { name: 'chat', method: 'POST', path: '/v1/chat/completions' },
  { name: 'health', method: 'GET', path: '/health' },
] as const

/** What the server answers. */
export function EndpointsCard({ address }: { address: string }) {
  const { t } = useTranslation('server')
  return (
    <Card className="flex flex-col gap-1 py-3.5 ps-4 pe-2.5">
      <h2 className="text-base font-semibold">{t('endpoints.title')}</h2>
      <ul className="flex flex-col">
        <Endpoint label={t('endpoints.base')} copyText={`${address}/v1`} copyLabel={t('endpoints.copyBase')}>
          {`${address}/v1`.replace(/^https?:\/\//, '')}
        </Endpoint>
        {ENDPOINTS.map(({ name, method, path }) => (
          <Endpoint
            key={name}
            label={t(`endpoints.${name}`)}
            copyText={`${address}${path}`}
            copyLabel={t('endpoints.copy', { path })}
          >
            <span className="text-ink-3">{method}</span> {path}
          </Endpoint>
        ))}
      </ul>
    </Card>
  )
}

interface EndpointProps {
  label: string
  copyText: string
  copyLabel: string
  children: ReactNode
}

function Endpoint({ label, copyText, copyLabel, children }: EndpointProps) {
  const { copied, copy } = useCopied()
  return (
    <li className="flex h-9 items-center gap-1">
      <span className="min-w-0 flex-1 truncate text-sm text-ink-2">{label}</span>
      <code className="shrink-0 font-mono text-xs text-ink">{children}</code>
      <IconButton icon={copied ? Check : Copy} size="sm" label={copyLabel} onClick={() => copy(copyText)} />
    </li>
  )
}
