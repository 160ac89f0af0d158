import { useTranslation } from 'react-i18next'
import { Spinner } from '../../components/ui/spinner.tsx'
import { isDesktop } from '../../lib/desktop.ts'
import { Centered } from './centered.tsx'

/** The core can't be reached and there is no page to keep meanwhile. */
export function LostPage() {
  const { t } = useTranslation('common')
  return (
    <Centered title={t('connection.lostTitle')}>
      <p className="leading-prose text-ink-2">{t(isDesktop() ? 'connection.lostApp' : 'connection.lostBrowser')}</p>
      <p role="status" className="flex items-center gap-2 text-sm text-ink-3">
        <Spinner />
        {t('connection.retrying')}
      </p>
    </Centered>
  )
}
