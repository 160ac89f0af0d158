import { useTranslation } from 'react-i18next'
import { cn } from '../../lib/cn.ts'
import { useServerState } from '../../lib/state/server.ts'

/** A dot and a word about the server. */
export function ServerState() {
  const { t } = useTranslation('common')
  const status = useServerState().value?.status
  if (status === undefined) return null
  const port = status.addresses[0] === undefined ? '' : new URL(status.addresses[0]).port
  const words = { on: port, off: t('nav.serverOff'), starting: t('nav.serverStarting'), failed: t('nav.serverFailed') }
  const colours = { on: 'bg-good', off: 'bg-line-strong', starting: 'bg-ember animate-breathe', failed: 'bg-bad' }
  return (
    <span className="tabular flex items-center gap-1.5 text-xs font-normal text-ink-3 in-[[aria-current=page]]:text-ink-2">
      <span aria-hidden="true" className={cn('size-1.75 rounded-full', colours[status.state])} />
      {status.state === 'on' ? <span className="sr-only">{t('nav.serverOn', { port })}</span> : null}
      <span aria-hidden={status.state === 'on' || undefined}>{words[status.state]}</span>
    </span>
  )
}
