import type { ReactNode } from 'react'
import { RotateCw, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { PortField } from '../../components/port-field.tsx'
import { Button } from '../../components/ui/button.tsx'
import { useErrorText } from '../../lib/errors.ts'

export interface ServerProblemProps {
  error: ErrorInfo
  port: number
  busy: boolean
  canChange: boolean
  onRetry: () => void
  /** Another port to start on. */
  onPort: (port: number) => Promise<void>
}

/** Why the server is not running, and the way out beside it. */
export function ServerProblem({ error, port, busy, canChange, onRetry, onPort }: ServerProblemProps) {
  const { t } = useTranslation('server')
  const aboutPort = error.code === 'port_in_use' || error.code === 'port_forbidden'
  return (
    <ProblemNote error={error}>
      {canChange && (
        <div className="flex flex-wrap items-start gap-2">
          {aboutPort && (
            <div className="flex items-start gap-2">
              <span aria-hidden="true" className="text-sm leading-8 text-ink-2">
                {t('port.other')}
              </span>
              <PortField port={port} onApply={onPort} />
            </div>
          )}
          <Button icon={RotateCw} busy={busy} onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        </div>
      )}
    </ProblemNote>
  )
}

/** What is wrong and what to do; the way out goes in `children`. */
export function ProblemNote({ error, children }: { error: ErrorInfo; children?: ReactNode }) {
  const { title, suggestion } = useErrorText()(error)
  return (
    <div className="flex flex-wrap items-start gap-3 rounded-md bg-bad-soft p-3.5">
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" strokeWidth={1.75} />
      <div role="alert" className="min-w-0 flex-1 basis-72">
        <p className="font-semibold">{title}</p>
        {suggestion !== undefined && <p className="mt-0.5 text-sm leading-prose text-ink-2">{suggestion}</p>}
      </div>
      {children}
    </div>
  )
}
