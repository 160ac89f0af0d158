import { Info, Lock, type LucideIcon, TriangleAlert } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { FitRequest } from '../../../shared/domain/fit.ts'
import type { HubRepo } from '../../../shared/domain/hubs.ts'
import { repoCandidates } from '../../components/fit/candidates.ts'
import { allowedLink } from '../../components/markdown/link-policy.ts'
import { Button } from '../../components/ui/button.tsx'
import { cn } from '../../lib/cn.ts'
import { navigate } from '../../lib/router.ts'
import { useFit } from '../../lib/state/fit.ts'

/** What one should know before a download: whether the engine knows the network, what it leaves out, who is let in. */
export function RepoNotices({ repo }: { repo: HubRepo }) {
  const { t } = useTranslation('discover')
  const request = useMemo((): FitRequest | null => {
    const candidates = repoCandidates(repo).slice(0, 1)
    return candidates.length === 0 ? null : { candidates, contextLength: null, kvType: 'f16' }
  }, [repo])
  const supported = useFit(request).answer?.estimates[0]?.supported
  const architecture = repo.facts?.architecture ?? repo.model.architecture
  const seesOrHears = repo.projectors.length > 0 || repo.model.types.includes('vision')
  const page = allowedLink(repo.url)
  return (
    <>
      {supported === false && (
        <Notice icon={TriangleAlert} tone="bad" title={t('notice.unsupported', { architecture: architecture ?? '' })}>
          {t('notice.unsupportedHint')}
        </Notice>
      )}
      {seesOrHears && (
        <Notice icon={Info} tone="neutral" title={t('notice.textOnly')}>
          {t('notice.textOnlyHint')}
        </Notice>
      )}
      {repo.model.gated !== 'open' && (
        <Notice icon={Lock} tone="warn" title={t('notice.gated')}>
          {t(repo.model.gated === 'auto' ? 'notice.gatedAuto' : 'notice.gatedManual')}
          <span className="mt-2 flex flex-wrap gap-2">
            {page !== null && (
              <Button size="sm" onClick={() => window.open(page, '_blank', 'noopener,noreferrer')}>
                {t('notice.askAccess')}
              </Button>
            )}
            <Button size="sm" onClick={() => navigate({ page: 'settings', section: 'models' })}>
              {t('notice.token')}
            </Button>
          </span>
        </Notice>
      )}
      {repo.adapters.length > 0 && repo.variants.length === 0 && (
        <Notice icon={Info} tone="neutral" title={t('notice.adapters')}>
          {t('notice.adaptersHint')}
        </Notice>
      )}
    </>
  )
}

const TONES = {
  neutral: { box: 'bg-tint', icon: 'text-ink-2' },
  warn: { box: 'bg-warn-soft', icon: 'text-warn' },
  bad: { box: 'bg-bad-soft', icon: 'text-bad' },
}

interface NoticeProps {
  icon: LucideIcon
  tone: keyof typeof TONES
  title: string
  children: ReactNode
}

function Notice({ icon: Icon, tone, title, children }: NoticeProps) {
  return (
    <div role="note" className={cn('flex items-start gap-3 rounded-lg p-4', TONES[tone].box)}>
      <Icon aria-hidden="true" className={cn('mt-0.5 size-4 shrink-0', TONES[tone].icon)} strokeWidth={1.75} />
      <div className="min-w-0 wrap-anywhere">
        <p className="font-semibold">{title}</p>
        <div className="mt-0.5 text-sm leading-prose text-ink-2">{children}</div>
      </div>
    </div>
  )
}
