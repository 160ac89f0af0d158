import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { Button } from '../../components/ui/button.tsx'
import { ErrorDetails } from '../../components/ui/error-state.tsx'
import { retryCore } from '../../lib/connect-window.ts'
import { isDesktop } from '../../lib/desktop.ts'
import { useErrorText } from '../../lib/errors.ts'
import { Centered } from './centered.tsx'

/** The core can't run at all: what happened and what to do. */
export function FailedPage({ error }: { error: ErrorInfo }) {
  const { t } = useTranslation('common')
  const { title, suggestion } = useErrorText()(error)
  return (
    <Centered title={t('failed.title')}>
      <div role="alert" className="flex flex-col gap-2 leading-prose select-text">
        <p className="wrap-anywhere">{title}</p>
        {suggestion !== undefined && <p className="wrap-anywhere text-ink-2">{suggestion}</p>}
      </div>
      <div className="flex items-center gap-3">
        {isDesktop() && (
          <Button variant="secondary" onClick={retryCore}>
            {t('actions.tryAgain')}
          </Button>
        )}
        <ErrorDetails error={error} />
      </div>
    </Centered>
  )
}
