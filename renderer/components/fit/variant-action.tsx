import {
  ArrowUpToLine,
  Check,
  Copy,
  Download as DownloadIcon,
  EllipsisVertical,
  FolderOpen,
  Play,
  RotateCw,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Download } from '../../../shared/domain/downloads.ts'
import type { HubRepo, HubVariant } from '../../../shared/domain/hubs.ts'
import { useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { Link } from '../../lib/router.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { useCall } from '../use-call.ts'
import { useCopied } from '../use-copied.ts'
import { useEnqueue } from './use-enqueue.ts'
import { downloadShare, type VariantState } from './variant-state.ts'

export interface VariantActionProps {
  repo: HubRepo
  variant: HubVariant
  state: VariantState
  recommended: boolean
}

/** What can be done with one quantization: download it, follow it, or go to it. */
export function VariantAction({ repo, variant, state, recommended }: VariantActionProps) {
  const { t } = useTranslation('discover')
  if (variant.incomplete) {
    return (
      <Tooltip content={t('variant.incompleteHint')}>
        <span tabIndex={0} className="rounded-sm text-sm text-ink-3">
          {t('variant.incomplete')}
        </span>
      </Tooltip>
    )
  }
  switch (state.state) {
    case 'here':
      return <Here model={state.model} label={t('variant.here')} />
    case 'hereFromElsewhere':
      return <Here model={state.model} label={t('variant.hereAs', { name: state.model })} />
    case 'coming':
      return <Coming download={state.download} label={variant.id} />
    case 'none':
      return <Get repo={repo} variant={variant} recommended={recommended} />
  }
}

function Here({ model, label }: { model: string; label: string }) {
  const { t } = useTranslation('discover')
  return (
    <Tooltip content={label}>
      <Link
        to={{ page: 'models', name: model }}
        aria-label={label}
        className="inline-flex min-h-7 items-center gap-1.5 rounded-sm text-sm whitespace-nowrap text-good"
      >
        <Check aria-hidden="true" className="size-4" strokeWidth={1.75} />
        <span className="hidden @2xl:inline">{t('variant.onDisk')}</span>
      </Link>
    </Tooltip>
  )
}

function Get({ repo, variant, recommended }: Omit<VariantActionProps, 'state'>) {
  const { t } = useTranslation('discover')
  const system = useSystemInfo().value
  const { busy, start, startElsewhere } = useEnqueue()
  const { copy } = useCopied()
  const wanted = { hub: repo.model.hub, repo: repo.model.repo, revision: repo.revision, variant: variant.id }
  const label = t('variant.download', { name: variant.id })
  const items: MenuItem[] = [
    { label: t('variant.first'), icon: ArrowUpToLine, onSelect: () => start({ ...wanted, first: true }) },
    ...(system?.hasDesktop === true && system.access === 'local'
      ? [{ label: t('variant.elsewhere'), icon: FolderOpen, onSelect: () => startElsewhere(wanted) }]
      : []),
    { label: t('variant.copyName'), icon: Copy, onSelect: () => copy(`${repo.name}:${variant.id}`) },
  ]
  return (
    <span className="inline-flex items-center justify-end gap-1">
      {recommended ? (
        <Button
          variant="primary"
          size="sm"
          icon={DownloadIcon}
          busy={busy}
          aria-label={label}
          onClick={() => start(wanted)}
        >
          <span className="hidden @3xl:inline">{t('variant.get')}</span>
        </Button>
      ) : (
        <IconButton icon={DownloadIcon} size="sm" label={label} disabled={busy} onClick={() => start(wanted)} />
      )}
      <Menu
        trigger={<IconButton icon={EllipsisVertical} size="sm" label={t('variant.more', { name: variant.id })} />}
        items={items}
      />
    </span>
  )
}

function Coming({ download, label }: { download: Download; label: string }) {
  const { t } = useTranslation('discover')
  const { number } = useFormat()
  const errorText = useErrorText()
  const call = useCall()
  const resume = (): void => call((client) => client.downloads.resume({ id: download.id }))
  const share = downloadShare(download)
  switch (download.state) {
    case 'paused':
      return <IconButton icon={Play} size="sm" label={t('variant.resume', { name: label })} onClick={resume} />
    case 'failed': {
      const reason = download.error === null ? '' : errorText(download.error).title
      return (
        <Tooltip content={reason === '' ? t('variant.failed') : reason}>
          <Button size="sm" icon={RotateCw} aria-label={t('variant.retry', { name: label, reason })} onClick={resume}>
            <span className="hidden @2xl:inline">{t('variant.failed')}</span>
          </Button>
        </Tooltip>
      )
    }
    case 'queued':
    case 'resolving':
    case 'waiting':
    case 'verifying':
    case 'checking':
      return <span className="text-sm text-ink-2">{t(`variant.state.${download.state}`)}</span>
    case 'downloading':
    case 'done':
      return (
        <span className="flex w-16 flex-col gap-1 text-end text-xs text-ink-2 @2xl:ms-auto @2xl:w-20">
          <span className="tabular">
            {share === null
              ? t('variant.state.resolving')
              : t('variant.percent', { value: number(Math.floor(share * 100)) })}
          </span>
          <ProgressBar value={share} label={t('variant.progress', { name: label })} />
        </span>
      )
  }
}
