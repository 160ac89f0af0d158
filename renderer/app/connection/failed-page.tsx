import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { ErrorDetails } from '../../components/ui/error-state.tsx'
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
      <div className="flex">
        <ErrorDetails error={error} />
      </div>
    </Centered>
  )
}
