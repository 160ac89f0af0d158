import { useTranslation } from 'react-i18next'
import type { ServerRequest } from '../../../../shared/domain/server.ts'
import { Badge } from '../../../components/ui/badge.tsx'

/** How far a request is, or how it ended. */
export function StatusBadge({ request }: { request: ServerRequest }) {
  const { t } = useTranslation('server')
  if (request.cancelled) return <Badge>{t('requests.cancelled')}</Badge>
  if (request.status === null)
    return <Badge tone="ember">{t(request.model === null ? 'requests.pending' : 'requests.generating')}</Badge>
  const tone = request.status < 400 ? 'good' : 'bad'
  return <Badge tone={tone}>{String(request.status)}</Badge>
}
