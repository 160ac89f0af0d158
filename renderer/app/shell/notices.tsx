import { Info, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ErrorCode } from '../../../shared/domain/errors.ts'
import { useErrorText } from '../../lib/errors.ts'
import { Link } from '../../lib/router.ts'
import { rpc } from '../../lib/rpc.ts'
import { useNotices } from '../../lib/state/system.ts'
import { Banner } from './banner.tsx'

/** What the engines did, which the Insights page tells more of. */
const OF_ENGINES: readonly ErrorCode[] = ['model_quarantined', 'memory_short', 'model_evicted']

/** What the person should know once, until it is dismissed. */
export function Notices() {
  const notices = useNotices().value ?? []
  const { t } = useTranslation('common')
  const errorText = useErrorText()
  return notices.map((notice) => {
    const { title, suggestion } = errorText(notice.info)
    return (
      <Banner
        key={notice.id}
        tone={notice.level}
        icon={notice.level === 'warning' ? TriangleAlert : Info}
        onDismiss={() => {
          // Lost with the connection: the notice is told again with the next one.
          const dismiss = async () => rpc().system.dismissNotice({ id: notice.id })
          dismiss().catch(() => {})
        }}
      >
        {title} <span className="text-ink-2">{suggestion}</span>{' '}
        {OF_ENGINES.includes(notice.info.code) && (
          <Link to={{ page: 'insights' }} className="rounded-sm font-semibold text-ember-ink hover:underline">
            {t('nav.insights')}
          </Link>
        )}
      </Banner>
    )
  })
}
