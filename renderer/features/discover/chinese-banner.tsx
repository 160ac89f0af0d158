import { Languages, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CatalogueModel } from '../../../shared/domain/hubs.ts'
import { useEnqueue } from '../../components/fit/use-enqueue.ts'
import { Button } from '../../components/ui/button.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { rpc } from '../../lib/rpc.ts'
import { useDownloads } from '../../lib/state/downloads.ts'
import { useModels } from '../../lib/state/models.ts'
import { fastestSource, smallChineseModel } from './catalogue-source.ts'
import { useNamePull } from './use-name-pull.ts'

const DISMISSED = 'hearth.discover.chinese-banner'

/** Says that the included model speaks English, and offers a small one that speaks Chinese. */
export function ChineseBanner({ models }: { models: readonly CatalogueModel[] }) {
  const { t } = useTranslation('discover')
  const { bytes } = useFormat()
  const errorText = useErrorText()
  const library = useModels().value
  const downloads = useDownloads().value?.downloads ?? []
  const { busy, start } = useEnqueue()
  const { busy: pulling, pull } = useNamePull()
  const [asking, setAsking] = useState(false)
  const [dismissed, setDismissed] = useState(() => remembered())
  const model = smallChineseModel(models)
  // The usual quantization stands first in the list.
  const variant = model?.variants[0]
  if (dismissed || model === null || variant === undefined || library === null) return null
  const speaksAlready = library.some(
    ({ facts, problem }) =>
      problem === null && facts.kind === 'chat' && facts.languages.some((language) => language.startsWith('zh')),
  )
  const sameRepo = (place: { hub: string; repo: string } | null): boolean =>
    place !== null && model.sources.some(({ hub, repo }) => hub === place.hub && repo === place.repo)
  if (speaksAlready || downloads.some(sameRepo) || library.some(({ source }) => sameRepo(source))) return null

  const get = async (): Promise<void> => {
    setAsking(true)
    try {
      const source = fastestSource(model, await rpc().hubs.reach())
      if (source === null) return
      if (source.hub === 'ollama') {
        // Its repositories hold several sizes, so that there the name says which.
        pull(model.name)
        return
      }
      const repo = await rpc().hubs.repo(source)
      // Hubs name the same quantization a little differently.
      const wanted =
        repo.variants.find(({ quantization, id }) => (quantization ?? id).toUpperCase() === variant.id.toUpperCase()) ??
        repo.variants.find(({ incomplete }) => !incomplete)
      if (wanted !== undefined) start({ ...source, revision: repo.revision, variant: wanted.id, first: true })
    } catch (error) {
      const { title, suggestion } = errorText(errorInfo(error))
      toast({ title, description: suggestion, tone: 'bad' })
    } finally {
      setAsking(false)
    }
  }
  return (
    <div
      role="note"
      aria-label={t('chinese.label')}
      className="flex flex-col gap-2 border-b border-line bg-ember-soft p-4"
    >
      <div className="flex items-start gap-2.5">
        <Languages aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-ember-ink" strokeWidth={1.75} />
        <p className="min-w-0 grow text-sm leading-prose">{t('chinese.text', { title: model.title })}</p>
        <IconButton
          icon={X}
          size="sm"
          label={t('chinese.dismiss')}
          className="-mt-1 -mr-2"
          onClick={() => {
            remember()
            setDismissed(true)
          }}
        />
      </div>
      <Button
        variant="primary"
        size="sm"
        busy={busy || asking || pulling}
        className="self-start"
        onClick={() => void get()}
      >
        {t('chinese.get', { title: model.title, size: bytes(variant.sizeBytes) })}
      </Button>
    </div>
  )
}

function remembered(): boolean {
  try {
    return localStorage.getItem(DISMISSED) === 'yes'
  } catch {
    return false
  }
}

function remember(): void {
  try {
    localStorage.setItem(DISMISSED, 'yes')
  } catch {
    // Then it is asked again next time.
  }
}
