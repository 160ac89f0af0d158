import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerRequest } from '../../../../shared/domain/server.ts'
import { cn } from '../../../lib/cn.ts'
import { useFormat } from '../../../lib/format.ts'
import { fixed, isRunning, NOTHING, seconds } from './figures.ts'
import { StatusBadge } from './status-badge.tsx'

export interface RequestRowProps {
  request: ServerRequest
  /** Moves the duration of one that is still being answered; null for others. */
  now: number | null
  selected: boolean
  /** The one that Tab comes to. */
  reachable: boolean
  onOpen: (id: string) => void
}

/** One request; a press anywhere in it opens it. */
export const RequestRow = memo(function RequestRow({ request, now, selected, reachable, onOpen }: RequestRowProps) {
  const { t, i18n } = useTranslation('server')
  const { time, number } = useFormat()
  const language = i18n.language
  const { method, path } = request
  const duration = now === null ? request.durationMs : Math.max(0, now - request.startedAt)
  return (
    <>
      <tr
        className={cn(
          'relative h-9.5 border-t border-line transition-colors hover:bg-tint',
          isRunning(request) && 'bg-ember-soft/40',
          selected && 'bg-tint',
        )}
      >
        <Cell className="tabular text-ink-2">
          {selected && <span aria-hidden="true" className="absolute inset-y-0 start-0 w-0.5 bg-ember" />}
          {time(request.startedAt)}
        </Cell>
        <Cell className="font-mono text-xs">
          <button
            type="button"
            data-request={request.id}
            aria-pressed={selected}
            aria-label={t('requests.open', { method, path, time: time(request.startedAt) })}
            tabIndex={reachable ? 0 : -1}
            onClick={() => onOpen(request.id)}
            className="rounded-sm text-start after:absolute after:inset-0"
          >
            <span className="text-ink-3">{method}</span> <span className="wrap-anywhere">{path}</span>
          </button>
        </Cell>
        <Cell className="hidden text-ink-2 @lg:table-cell">
          <span title={request.model ?? undefined} className="block max-w-56 truncate @max-2xl:max-w-36">
            {request.model ?? NOTHING}
          </span>
        </Cell>
        <Cell>
          <StatusBadge request={request} />
        </Cell>
        <Cell end className="hidden @md:table-cell @max-2xl:pe-4" title={promptTokens(request)}>
          {request.completionTokens === null ? NOTHING : number(request.completionTokens)}
        </Cell>
        <Cell end className="hidden @2xl:table-cell @max-3xl:pe-4">
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
})

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
