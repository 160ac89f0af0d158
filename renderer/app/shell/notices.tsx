import { Info, TriangleAlert } from 'lucide-react'
import { useErrorText } from '../../lib/errors.ts'
import { rpc } from '../../lib/rpc.ts'
import { useNotices } from '../../lib/state/system.ts'
import { Banner } from './banner.tsx'

/** What the person should know once, until it is dismissed. */
export function Notices() {
  const notices = useNotices().value ?? []
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
        {title} <span className="text-ink-2">{suggestion}</span>
      </Banner>
    )
  })
}
