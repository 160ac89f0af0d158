import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerRequest } from '../../../shared/domain/server.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { fixed, seconds } from './figures.ts'

const NOTHING = '–'

/** One request; `now` moves the duration of one that is still being answered. */
export function RequestRow({ request, now }: { request: ServerRequest; now: number }) {
  const { t, i18n } = useTranslation('server')
  const { time, number } = useFormat()
  const language = i18n.language
  const running = request.status === null && !request.cancelled
  const duration = running ? Math.max(0, now - request.startedAt) : request.durationMs
  return (
    <>
      <tr className={cn('h-9.5 border-t border-line', running && 'bg-ember-soft/40')}>
        <Cell className="tabular text-ink-2">{time(request.startedAt)}</Cell>
        <Cell className="font-mono text-xs">
          <span className="text-ink-3">{request.method}</span> <span className="wrap-anywhere">{request.path}</span>
        </Cell>
        <Cell className="hidden text-ink-2 @lg:table-cell">
          <span className="wrap-anywhere">{request.model ?? NOTHING}</span>
        </Cell>
        <Cell>
          <StatusBadge request={request} />
        </Cell>
        <Cell end title={promptTokens(request)}>
          {request.completionTokens === null ? NOTHING : number(request.completionTokens)}
        </Cell>
        <Cell end className="@max-3xl:pe-4">
          {request.tokensPerSecond === null ? NOTHING : fixed(request.tokensPerSecond, 1, language)}
        </Cell>
        <Cell end className="hidden text-ink-2 @3xl:table-cell">
          {request.firstTokenMs === null ? NOTHING : seconds(request.firstTokenMs, language)}
        </Cell>
        <Cell end className="hidden text-ink-2 @3xl:table-cell">
          {duration === null ? NOTHING : seconds(duration, language)}
        </Cell>
      </tr>
      {request.error !== null && (
        <tr>
          <td colSpan={8} className="px-4 pb-2.5 text-sm wrap-anywhere text-bad">
            {request.error}
          </td>
        </tr>
      )}
    </>
  )

  function promptTokens({ promptTokens: prompt }: ServerRequest): string | undefined {
    return prompt === null ? undefined : t('requests.prompt', { count: prompt })
  }
}

interface CellProps {
  end?: boolean
  className?: string
  title?: string | undefined
  children: ReactNode
}

function Cell({ end = false, className, title, children }: CellProps) {
  return (
    <td
      title={title}
      className={cn('px-2 py-1.5 first:ps-4 last:pe-4', end && 'tabular text-end whitespace-nowrap', className)}
    >
      {children}
    </td>
  )
}

function StatusBadge({ request }: { request: ServerRequest }) {
  const { t } = useTranslation('server')
  if (request.cancelled) return <Badge>{t('requests.cancelled')}</Badge>
  if (request.status === null)
    return <Badge tone="ember">{t(request.model === null ? 'requests.pending' : 'requests.generating')}</Badge>
  const tone = request.status < 400 ? 'good' : 'bad'
  return <Badge tone={tone}>{String(request.status)}</Badge>
}
