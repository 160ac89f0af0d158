import { useTranslation } from 'react-i18next'
import type { HubId } from '../../../shared/domain/hubs.ts'
import { Link } from '../../lib/router.ts'

/** Where else the same model can be had. */
export function OtherHubs({
  sources,
  hub,
  repo,
}: {
  sources: readonly { hub: HubId; repo: string }[]
  hub: HubId
  repo: string
}) {
  const { t } = useTranslation('discover')
  const others = sources.filter((source) => source.hub !== hub || source.repo.toLowerCase() !== repo.toLowerCase())
  if (others.length === 0) return null
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm text-ink-3">
      {t('detail.alsoAt')}
      {others.map((source) => (
        <Link
          key={`${source.hub}:${source.repo}`}
          to={{ page: 'discover', ...source }}
          className="rounded-sm text-ember-ink hover:underline"
        >
          {t('detail.repoAt', { repo: source.repo, hub: t(`hub.${source.hub}`) })}
        </Link>
      ))}
    </p>
  )
}
