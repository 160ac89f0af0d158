import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerRequest } from '../../../../shared/domain/server.ts'
import { useNow } from '../../../lib/use-now.ts'
import { isRunning } from './figures.ts'
import { RequestRow } from './request-row.tsx'

/** Requests are short: their time is told in fractions of a second. */
const TICK_MS = 250

export interface RequestTableProps {
  requests: readonly ServerRequest[]
  selectedId: string | null
  onSelect: (id: string) => void
  onClose: () => void
}

/** The requests as a table: the arrows move in it, Enter opens, Escape closes what is open. */
export function RequestTable({ requests, selectedId, onSelect, onClose }: RequestTableProps) {
  const { t } = useTranslation('server')
  const now = useNow(requests.some(isRunning), TICK_MS)
  const reachable = requests.find(({ id }) => id === selectedId)?.id ?? requests[0]?.id

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const { key, target, altKey, ctrlKey, metaKey } = event
    if (altKey || ctrlKey || metaKey || !(target instanceof HTMLElement)) return
    if (key === 'Escape' && selectedId !== null) {
      event.preventDefault()
      return onClose()
    }
    const place = requests.findIndex(({ id }) => id === target.dataset.request)
    const to = placeAfter(key, place, requests.length)
    const next = to === null ? undefined : requests[to]
    if (next === undefined) return
    event.preventDefault()
    event.currentTarget.querySelector<HTMLElement>(`[data-request="${next.id}"]`)?.focus()
    if (selectedId !== null) onSelect(next.id)
  }

  return (
    <table className="w-full border-collapse text-sm">
      <thead className="text-ink-3">
        <tr>
          <Column>{t('column.time')}</Column>
          <Column>{t('column.request')}</Column>
          <Column className="hidden @lg:table-cell">{t('column.model')}</Column>
          <Column>{t('column.status')}</Column>
          <Column end className="hidden @md:table-cell @max-2xl:pe-4">
            {t('column.tokens')}
          </Column>
          <Column end className="hidden @2xl:table-cell @max-3xl:pe-4">
            {t('column.speed')}
          </Column>
          <Column end className="hidden @3xl:table-cell">
            {t('column.firstToken')}
          </Column>
          <Column end className="hidden @3xl:table-cell">
            {t('column.duration')}
          </Column>
        </tr>
      </thead>
      <tbody onKeyDown={onKeyDown}>
        {requests.map((request) => (
          <RequestRow
            key={request.id}
            request={request}
            now={isRunning(request) ? now : null}
            selected={request.id === selectedId}
            reachable={request.id === reachable}
            onOpen={onSelect}
          />
        ))}
      </tbody>
    </table>
  )
}

/** Where a key leads in a list; null where it leads nowhere. */
function placeAfter(key: string, place: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(place + 1, count - 1)
    case 'ArrowUp':
      return Math.max(place - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}

function Column({ children, end = false, className = '' }: { children: string; end?: boolean; className?: string }) {
  return (
    <th
      scope="col"
      className={`h-7.5 px-2 font-medium whitespace-nowrap first:ps-4 last:pe-4 ${end ? 'text-end' : 'text-start'} ${className}`}
    >
      {children}
    </th>
  )
}
