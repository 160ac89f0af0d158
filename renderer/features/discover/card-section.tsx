import { lazy, Suspense, useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { HubId } from '../../../shared/domain/hubs.ts'
import { Button } from '../../components/ui/button.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { useErrorText } from '../../lib/errors.ts'
import type { Client } from '../../lib/rpc.ts'
import { useAsked } from './use-asked.ts'

const CardMarkdown = lazy(async () => ({
  default: (await import('../../components/markdown/card-markdown.tsx')).CardMarkdown,
}))

/** What the owner of a repository says about it. */
export function CardSection({ hub, repo, revision }: { hub: HubId; repo: string; revision: string }) {
  const { t } = useTranslation('discover')
  const errorText = useErrorText()
  const ask = useCallback(
    (client: Client, signal: AbortSignal) => client.hubs.card({ hub, repo, revision }, { signal }),
    [hub, repo, revision],
  )
  const { value, error, retry } = useAsked(ask)
  const markdown = value?.markdown ?? null
  return (
    <section aria-labelledby="card-title" className="mt-2 flex flex-col gap-3 border-t border-line pt-5">
      <h3 id="card-title" className="text-sm font-semibold">
        {t('card.title')}
      </h3>
      {value === null && error === null && <CardSkeleton />}
      {value !== null && markdown === null && <p className="text-sm text-ink-2">{t('card.none')}</p>}
      {error !== null && (
        <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-ink-2">
          {errorText(error).title}
          <Button size="sm" onClick={retry}>
            {t('picker.again')}
          </Button>
        </p>
      )}
      {markdown !== null && (
        <Suspense fallback={<CardSkeleton />}>
          <CardMarkdown markdown={markdown} />
        </Suspense>
      )}
    </section>
  )
}

function CardSkeleton() {
  return (
    <div className="flex flex-col gap-2.5">
      <Skeleton className="w-full" />
      <Skeleton className="w-5/6" />
      <Skeleton className="w-2/3" />
    </div>
  )
}
