import { Check, RotateCw, Terminal, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServerExchange, ServerRequest } from '../../../../shared/domain/server.ts'
import { Button } from '../../../components/ui/button.tsx'
import { ErrorState } from '../../../components/ui/error-state.tsx'
import { IconButton } from '../../../components/ui/icon-button.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { Tabs } from '../../../components/ui/tabs.tsx'
import { toast } from '../../../components/ui/toast.tsx'
import { useCopied } from '../../../components/use-copied.ts'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'
import { curlCommand } from './curl.ts'
import { PromptView, RequestView, ResponseView } from './exchange-views.tsx'
import type { Keeping } from './keep-switch.tsx'
import { NotKept } from './not-kept.tsx'
import { RequestOverview } from './request-overview.tsx'
import { StatusBadge } from './status-badge.tsx'
import { useExchange } from './use-exchange.ts'

export interface InspectorProps {
  request: ServerRequest
  keeping: Keeping
  address: string
  selfSigned: boolean
  onClose: () => void
  /** It was sent again, as this request. */
  onSent: (id: string) => void
}

type InspectorTab = 'overview' | 'request' | 'response' | 'prompt'

/** One request: how it went, what it said, what it was answered, and what the model was really given. */
export function Inspector({ request, keeping, address, selfSigned, onClose, onSent }: InspectorProps) {
  const { t } = useTranslation('server')
  const [tab, setTab] = useState<InspectorTab>('overview')
  const inspected = useExchange(request, request.kept && keeping.local)
  const { exchange } = inspected
  const panel = useRef<HTMLElement>(null)
  // Where it opens below the list it may be out of sight.
  useEffect(() => panel.current?.scrollIntoView({ block: 'nearest' }), [])
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-label={t('inspector.title')}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose()
      }}
      className="@container flex min-w-0 flex-col border-t outline-none border-line @3xl:max-h-160 @3xl:border-s @3xl:border-t-0"
    >
      <div className="flex items-start gap-2 ps-4 pt-3 pe-2">
        <h3 className="min-w-0 flex-1 pt-1 font-mono text-sm wrap-anywhere">
          <span className="text-ink-3">{request.method}</span> {request.path}
        </h3>
        <span className="pt-0.5">
          <StatusBadge request={request} />
        </span>
        <IconButton icon={X} size="sm" label={t('inspector.close')} onClick={onClose} />
      </div>
      <div className="flex items-center border-b border-line px-2">
        <Tabs
          variant="underline"
          label={t('inspector.title')}
          value={tab}
          onValueChange={setTab}
          tabs={[
            { value: 'overview', label: t('inspector.overview') },
            { value: 'request', label: t('inspector.request') },
            { value: 'response', label: t('inspector.response') },
            { value: 'prompt', label: t('inspector.prompt') },
          ]}
        />
      </div>
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto p-4">
        {tab === 'overview' && <RequestOverview request={request} exchange={exchange} />}
        {tab !== 'overview' && <Said tab={tab} request={request} keeping={keeping} inspected={inspected} />}
      </div>
      {exchange !== null && (
        <Actions request={request} exchange={exchange} address={address} selfSigned={selfSigned} onSent={onSent} />
      )}
    </section>
  )
}

interface SaidProps {
  tab: Exclude<InspectorTab, 'overview'>
  request: ServerRequest
  keeping: Keeping
  inspected: ReturnType<typeof useExchange>
}

function Said({ tab, request, keeping, inspected }: SaidProps) {
  const { exchange, busy, error, retry } = inspected
  if (error !== null) return <ErrorState error={error} onRetry={retry} />
  if (busy) return <Skeleton className="h-40 w-full rounded-md" />
  if (exchange === null) return <NotKept keeping={keeping} kept={request.kept} />
  if (tab === 'request') return <RequestView exchange={exchange} />
  return tab === 'response' ? <ResponseView exchange={exchange} /> : <PromptView exchange={exchange} />
}

interface ActionsProps {
  request: ServerRequest
  exchange: ServerExchange
  address: string
  selfSigned: boolean
  onSent: (id: string) => void
}

function Actions({ request, exchange, address, selfSigned, onSent }: ActionsProps) {
  const { t } = useTranslation('server')
  const errorText = useErrorText()
  const { copied, copy } = useCopied()
  const [busy, setBusy] = useState(false)
  const runAgain = async () => {
    setBusy(true)
    try {
      const { id } = await rpc().server.runAgain({ id: request.id })
      onSent(id)
    } catch (reason) {
      const { title, suggestion } = errorText(errorInfo(reason))
      toast({ tone: 'bad', title, description: suggestion })
    } finally {
      setBusy(false)
    }
  }
  const copyCurl = () =>
    copy(
      curlCommand({
        address,
        method: request.method,
        path: request.path,
        headers: exchange.requestHeaders,
        body: exchange.requestBody,
        withKey: request.keyName !== null,
        selfSigned,
      }),
    )
  return (
    <div className="mt-auto flex flex-wrap gap-2 border-t border-line px-4 py-2.5">
      <Button icon={RotateCw} busy={busy} onClick={() => void runAgain()}>
        {t('inspector.runAgain')}
      </Button>
      <Button icon={copied ? Check : Terminal} onClick={copyCurl}>
        {t(copied ? 'address.copied' : 'inspector.copyCurl')}
      </Button>
    </div>
  )
}
