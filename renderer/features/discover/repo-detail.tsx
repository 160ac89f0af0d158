import { ArrowLeft, ExternalLink } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { CatalogueModel, HubId, HubRepo } from '../../../shared/domain/hubs.ts'
import { repoContext, repoParameters } from '../../components/fit/candidates.ts'
import { QuantizationPicker } from '../../components/fit/quantization-picker.tsx'
import { allowedLink } from '../../components/markdown/link-policy.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { useFormat } from '../../lib/format.ts'
import { formatContext, formatLanguages, formatLicence, formatParameters } from '../../lib/model-words.ts'
import type { Client } from '../../lib/rpc.ts'
import { CardSection } from './card-section.tsx'
import { OtherHubs } from './other-hubs.tsx'
import { RepoNotices } from './repo-notices.tsx'
import { useAsked } from './use-asked.ts'

export interface RepoDetailProps {
  hub: HubId
  repo: string
  /** The same model in the curated list, if it is there: known without a network. */
  curated: CatalogueModel | null
  /** Set where the detail covers the list. */
  onBack: (() => void) | undefined
}

/** One repository: what it is, which of its files suits this computer, and what its card says. */
export function RepoDetail({ hub, repo, curated, onBack }: RepoDetailProps) {
  const { t } = useTranslation('discover')
  const ask = useCallback(
    (client: Client, signal: AbortSignal) => client.hubs.repo({ hub, repo }, { signal }),
    [hub, repo],
  )
  const { value, error, retry } = useAsked(ask)
  const title = value?.model.title ?? curated?.title ?? repo.split('/').at(-1) ?? repo
  return (
    <article aria-label={title} className="@container flex max-w-4xl flex-col gap-4 p-6">
      <header className="flex items-start gap-2">
        {onBack !== undefined && <IconButton icon={ArrowLeft} label={t('detail.back')} onClick={onBack} autoFocus />}
        <div className="min-w-0 flex-1">
          <h2 className="text-xl font-semibold wrap-anywhere">{title}</h2>
          <p className="mt-1 text-ink-2 wrap-anywhere">
            {curated !== null && `${t(`strength.${curated.strength}`)} · `}
            {t('detail.at', { owner: value?.model.author ?? repo.split('/')[0] ?? '', hub: t(`hub.${hub}`) })}
          </p>
        </div>
        {value !== null && <PageLink url={value.url} hub={t(`hub.${hub}`)} />}
      </header>
      {value !== null && (
        <>
          <Facts repo={value} />
          <RepoNotices repo={value} />
          {value.variants.length === 0 ? (
            <EmptyState icon={ExternalLink} title={t('detail.noFiles')} description={t('detail.noFilesHint')} />
          ) : (
            <QuantizationPicker repo={value} />
          )}
        </>
      )}
      {value === null && error === null && <DetailSkeleton label={t('detail.loading')} />}
      {value === null && error !== null && <ErrorState error={error} onRetry={retry} />}
      {curated !== null && <OtherHubs sources={curated.sources} hub={hub} repo={repo} />}
      {value !== null && <CardSection hub={hub} repo={repo} revision={value.revision} />}
    </article>
  )
}

function PageLink({ url, hub }: { url: string; hub: string }) {
  const { t } = useTranslation('discover')
  const href = allowedLink(url)
  if (href === null) return null
  return (
    <IconButton
      icon={ExternalLink}
      label={t('detail.openPage', { hub })}
      onClick={() => window.open(href, '_blank', 'noopener,noreferrer')}
    />
  )
}

function Facts({ repo }: { repo: HubRepo }) {
  const { t, i18n } = useTranslation('discover')
  const { number, date } = useFormat()
  const { model, facts } = repo
  const parameters = repoParameters(repo)
  const context = repoContext(repo)
  const licence = model.licence ?? facts?.licence ?? null
  const languages = model.languages.length > 0 ? model.languages : (facts?.languages ?? [])
  const architecture = facts?.architecture ?? model.architecture
  const LANGUAGES = 6
  return (
    <div className="flex flex-col gap-2.5">
      <ul aria-label={t('detail.facts')} className="flex flex-wrap gap-1.5">
        {parameters !== null && (
          <li>
            <Badge>{t('detail.parameters', { count: formatParameters(parameters) })}</Badge>
          </li>
        )}
        {context !== null && (
          <li>
            <Badge>{t('detail.context', { tokens: formatContext(context) })}</Badge>
          </li>
        )}
        {model.types.map((type) => (
          <li key={type}>
            <Badge>{t(`type.${type}`)}</Badge>
          </li>
        ))}
        {architecture !== null && (
          <li>
            <Badge>{architecture}</Badge>
          </li>
        )}
        <li>
          <Badge>{licence === null ? t('detail.noLicence') : formatLicence(licence)}</Badge>
        </li>
      </ul>
      <p className="dotted text-sm text-ink-3">
        {model.downloads !== null && (
          <span>{t('detail.downloads', { formatted: number(model.downloads), count: model.downloads })}</span>
        )}
        {model.likes !== null && (
          <span>{t('detail.likes', { formatted: number(model.likes), count: model.likes })}</span>
        )}
        {model.updatedAt !== null && <span>{t('detail.updated', { date: date(model.updatedAt) })}</span>}
        {languages.length > 0 && (
          <span>
            {languages.length > LANGUAGES
              ? t('detail.moreLanguages', {
                  languages: formatLanguages(languages.slice(0, LANGUAGES), i18n.language),
                  count: languages.length - LANGUAGES,
                })
              : formatLanguages(languages, i18n.language)}
          </span>
        )}
      </p>
    </div>
  )
}

function DetailSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-4">
      <div className="flex gap-2">
        <Skeleton className="h-5.5 w-24" />
        <Skeleton className="h-5.5 w-24" />
        <Skeleton className="h-5.5 w-20" />
      </div>
      {[0, 1, 2, 3, 4].map((row) => (
        <Skeleton key={row} className="h-11 w-full" />
      ))}
    </div>
  )
}
