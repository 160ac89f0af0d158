import { ListX, Radio } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ServerRequest } from '../../../shared/domain/server.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { Card } from '../../components/ui/card.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { rpc } from '../../lib/rpc.ts'
import { RequestRow } from './request-row.tsx'
import { useNow } from '../../lib/use-now.ts'

/** Requests are short: their time is told in fractions of a second. */
const TICK_MS = 250

/** Each request as it happens, newest first. Only what came and went is known, never what was said. */
export function RequestsCard({ requests, on }: { requests: readonly ServerRequest[]; on: boolean }) {
  const { t } = useTranslation('server')
  const errorText = useErrorText()
  const running = requests.filter((request) => request.status === null && !request.cancelled).length
  const now = useNow(running > 0, TICK_MS)
  const clear = () => {
    rpc()
      .server.clearRequests()
      .catch((reason: unknown) => {
        const { title, suggestion } = errorText(errorInfo(reason))
        toast({ tone: 'bad', title, description: suggestion })
      })
  }
  return (
    <Card className="overflow-hidden">
      <div className="flex min-h-12.5 items-center gap-2.5 ps-4 pe-3">
        <h2 className="text-base font-semibold">{t('requests.title')}</h2>
        {running > 0 && <Badge tone="ember">{t('requests.running', { count: running })}</Badge>}
        <span className="ms-auto text-sm text-ink-3">{t('requests.notKept')}</span>
        <IconButton icon={ListX} label={t('requests.clear')} disabled={requests.length === 0} onClick={clear} />
      </div>
      {requests.length === 0 ? (
        <div className="border-t border-line">
          <EmptyState
            icon={Radio}
            title={t('requests.empty')}
            description={t(on ? 'requests.emptyHint' : 'requests.emptyHintOff')}
          />
        </div>
      ) : (
        <table className="w-full border-collapse text-sm">
          <thead className="border-t border-line text-ink-3">
            <tr>
              <Column>{t('column.time')}</Column>
              <Column>{t('column.request')}</Column>
              <Column className="hidden @lg:table-cell">{t('column.model')}</Column>
              <Column>{t('column.status')}</Column>
              <Column end>{t('column.tokens')}</Column>
              <Column end className="@max-3xl:pe-4">
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
          <tbody>
            {requests.map((request) => (
              <RequestRow key={request.id} request={request} now={now} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
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
