import { Activity, CircleAlert, RotateCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { Button } from '../../components/ui/button.tsx'
import { useErrorText } from '../../lib/errors.ts'
import { navigate } from '../../lib/router.ts'

/** Why an answer broke off, and the way on. */
export function AnswerError({ error, onRetry }: { error: ErrorInfo; onRetry: (() => void) | undefined }) {
  const { t } = useTranslation('common')
  const { title, suggestion } = useErrorText()(error)
  return (
    <div role="alert" className="flex items-start gap-3 rounded-lg border border-line bg-surface px-3.5 py-3 text-sm">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" strokeWidth={1.75} />
      <div className="flex min-w-0 grow flex-col gap-0.5 leading-prose wrap-anywhere select-text">
        <p className="font-semibold">{title}</p>
        {suggestion !== undefined && <p className="text-ink-2">{suggestion}</p>}
      </div>
      {error.code === 'model_quarantined' && (
        <Button size="sm" icon={Activity} onClick={() => navigate({ page: 'insights' })}>
          {t('nav.insights')}
        </Button>
      )}
      {onRetry !== undefined && (
        <Button size="sm" icon={RotateCw} onClick={onRetry}>
          {t('actions.tryAgain')}
        </Button>
      )}
    </div>
  )
}
