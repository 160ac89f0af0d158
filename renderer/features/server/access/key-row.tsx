import { Pencil, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '../../../../shared/domain/keys.ts'
import { Badge } from '../../../components/ui/badge.tsx'
import { IconButton } from '../../../components/ui/icon-button.tsx'
import { useFormat } from '../../../lib/format.ts'
import { useNow } from '../../../lib/use-now.ts'

export interface KeyRowProps {
  apiKey: ApiKey
  onEdit: () => void
  onRemove: () => void
}

/** One key: its name, its beginning, what it is good for, and when it was last used. */
export function KeyRow({ apiKey: key, onEdit, onRemove }: KeyRowProps) {
  const { t } = useTranslation('server')
  const { date, number } = useFormat()
  const now = useNow(key.expiresAt !== null, 60_000)
  const { name, hint, scopes, models, expiresAt, requestsPerMinute, tokensPerDay, lastUsedAt, fromEnvironment } = key
  const expired = expiresAt !== null && expiresAt <= now
  const facts = [
    scopes.map((scope) => t(`scope.${scope}.word`)).join(t('keys.and')),
    ...(models === null ? [] : [t('keys.only', { names: models.join(', ') })]),
    ...(expiresAt === null || expired ? [] : [t('keys.until', { date: date(expiresAt) })]),
    ...(requestsPerMinute === null
      ? []
      : [t('keys.perMinute', { count: requestsPerMinute, n: number(requestsPerMinute) })]),
    ...(tokensPerDay === null ? [] : [t('keys.perDay', { count: tokensPerDay, n: number(tokensPerDay) })]),
    lastUsedAt === null ? t('keys.neverUsed') : t('keys.lastUsed', { date: date(lastUsedAt) }),
  ]
  return (
    <li className="flex items-center gap-2 py-2.5 ps-4 pe-2.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span dir="auto" className="min-w-0 font-semibold wrap-anywhere">
            {name}
          </span>
          <code className="font-mono text-xs text-ink-3">{hint}…</code>
          {expired && <Badge tone="bad">{t('keys.expired', { date: date(expiresAt) })}</Badge>}
          {fromEnvironment && <Badge>{t('keys.environment')}</Badge>}
        </p>
        <p className="dotted mt-0.5 text-sm leading-prose text-ink-2">
          {facts.map((fact) => (
            <span key={fact} className="wrap-anywhere">
              {fact}
            </span>
          ))}
        </p>
      </div>
      {!fromEnvironment && (
        <span className="flex shrink-0">
          <IconButton icon={Pencil} size="sm" label={t('keys.edit', { name })} onClick={onEdit} />
          <IconButton icon={Trash2} size="sm" label={t('keys.removeNamed', { name })} onClick={onRemove} />
        </span>
      )}
    </li>
  )
}
