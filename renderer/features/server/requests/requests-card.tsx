import { ListX, Radio, Search, SearchX } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerRequest } from '../../../../shared/domain/server.ts'
import { useCall } from '../../../components/use-call.ts'
import { Badge } from '../../../components/ui/badge.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Card } from '../../../components/ui/card.tsx'
import { EmptyState } from '../../../components/ui/empty-state.tsx'
import { IconButton } from '../../../components/ui/icon-button.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { cn } from '../../../lib/cn.ts'
import { isRunning } from './figures.ts'
import { filterRequests } from './filter.ts'
import { Inspector } from './inspector.tsx'
import { KeepSwitch, type Keeping } from './keep-switch.tsx'
import { RequestTable } from './request-table.tsx'

export interface RequestsCardProps {
  requests: readonly ServerRequest[]
  on: boolean
  keeping: Keeping
  address: string
  selfSigned: boolean
}

/** Each request as it happens, newest first, and beside the list what one of them said. */
export function RequestsCard({ requests, on, keeping, address, selfSigned }: RequestsCardProps) {
  const { t } = useTranslation('server')
  const call = useCall()
  const [query, setQuery] = useState('')
  const [selectedId, setSelectedId] = useState<string | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const found = useMemo(() => filterRequests(requests, query), [requests, query])
  const running = requests.filter(isRunning).length
  const selected = requests.find(({ id }) => id === selectedId) ?? null
  const close = () => {
    // The place in the list is where the person goes on.
    if (selected !== null) list.current?.querySelector<HTMLElement>(`[data-request="${selected.id}"]`)?.focus()
    setSelectedId(null)
  }
  return (
    <Card className="overflow-hidden" role="group" aria-label={t('requests.title')}>
      <div className="flex min-h-12.5 items-center gap-2.5 ps-4 pe-3">
        <h2 className="text-base font-semibold">{t('requests.title')}</h2>
        {running > 0 && <Badge tone="ember">{t('requests.running', { count: running })}</Badge>}
        <span className="ms-auto" />
        {requests.length > 0 && (
          <TextField
            type="search"
            icon={Search}
            aria-label={t('requests.filter')}
            placeholder={t('requests.filterHint')}
            className="w-56 min-w-0 shrink"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setQuery('')
            }}
          />
        )}
        <IconButton
          icon={ListX}
          label={t('requests.clear')}
          disabled={requests.length === 0}
          onClick={() => call((client) => client.server.clearRequests())}
        />
      </div>
      <KeepSwitch keeping={keeping} />
      {requests.length === 0 && (
        <div className="border-t border-line">
          <EmptyState
            icon={Radio}
            title={t('requests.empty')}
            description={t(on ? 'requests.emptyHint' : 'requests.emptyHintOff')}
          />
        </div>
      )}
      {requests.length > 0 && (
        <div className={cn('border-t border-line', selected !== null && 'grid @3xl:grid-cols-[4fr_5fr]')}>
          <div
            ref={list}
            className={cn('@container min-w-0', selected !== null && 'max-h-64 overflow-y-auto @3xl:max-h-160')}
          >
            {found.length === 0 ? (
              <EmptyState
                icon={SearchX}
                title={t('requests.noneFound')}
                action={<Button onClick={() => setQuery('')}>{t('requests.showAll')}</Button>}
              />
            ) : (
              <RequestTable
                requests={found}
                selectedId={selected?.id ?? null}
                onSelect={setSelectedId}
                onClose={close}
              />
            )}
          </div>
          {selected !== null && (
            <Inspector
              key={selected.id}
              request={selected}
              keeping={keeping}
              address={address}
              selfSigned={selfSigned}
              onClose={close}
              onSent={setSelectedId}
            />
          )}
        </div>
      )}
    </Card>
  )
}
