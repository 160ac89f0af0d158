import { ChevronRight, RotateCw, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { useErrorText } from '../../lib/errors.ts'
import { Button } from './button.tsx'

/** What happened, what to do, and the facts for those who want them. */
export function ErrorState({ error, onRetry }: { error: ErrorInfo; onRetry?: () => void }) {
  const { t } = useTranslation('common')
  const { title, suggestion } = useErrorText()(error)
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-12 text-center">
      <TriangleAlert aria-hidden="true" className="size-6 text-bad" strokeWidth={1.75} />
      <div className="flex max-w-dialog flex-col gap-1">
        <p className="text-base font-semibold">{title}</p>
        {suggestion !== undefined && <p className="text-sm leading-prose text-ink-2">{suggestion}</p>}
      </div>
      {onRetry !== undefined && (
        <Button icon={RotateCw} onClick={onRetry}>
          {t('actions.tryAgain')}
        </Button>
      )}
      <ErrorDetails error={error} />
    </div>
  )
}

/** The code and the facts of an error, folded. */
export function ErrorDetails({ error }: { error: ErrorInfo }) {
  const { t } = useTranslation('common')
  const facts = Object.entries(error.data ?? {}).map(([name, value]) => `${name}: ${String(value)}`)
  return (
    <details className="group max-w-dialog text-sm text-ink-3">
      <summary className="flex list-none items-center justify-center gap-1 rounded-sm px-1 hover:text-ink-2">
        <ChevronRight aria-hidden="true" className="size-3.5 group-open:rotate-90" strokeWidth={1.75} />
        {t('details')}
      </summary>
      <pre className="mt-2 rounded-md bg-sunken p-3 text-left font-mono text-xs leading-prose whitespace-pre-wrap text-ink-2 select-text">
        {[error.code, error.message, ...facts].join('\n')}
      </pre>
    </details>
  )
}
