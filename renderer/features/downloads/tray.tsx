import { Popover } from '@base-ui/react/popover'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DownloadsState } from '../../../shared/domain/downloads.ts'
import { POPUP } from '../../components/ui/popup.ts'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { useDownloads } from '../../lib/state/downloads.ts'
import { DownloadsPanel } from './downloads-panel.tsx'
import { isFinished } from './progress.ts'
import { Ring } from './ring.tsx'
import { useTray } from './tray-state.ts'

/** Downloads at the foot of the sidebar: a ring and what is left; it opens the list. Nothing while there are none. */
export function DownloadTray() {
  const { t } = useTranslation('downloads')
  const state = useDownloads().value
  const open = useTray((tray) => tray.open)
  if (state === null || state.downloads.length === 0) return null
  return (
    <Popover.Root open={open} onOpenChange={(next) => useTray.setState({ open: next })}>
      <Popover.Trigger className="flex h-11 w-full items-center gap-2.5 rounded-md px-2.5 text-start text-sm text-ink-2 transition-colors select-none hover:bg-tint hover:text-ink data-popup-open:bg-tint data-popup-open:text-ink">
        <Summary state={state} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="start" sideOffset={6} collisionPadding={8} className="z-50">
          <Popover.Popup className={cn(POPUP, 'w-96 max-w-96 p-0')}>
            <Popover.Title className="border-b border-line px-3.5 py-2.5 text-sm font-semibold">
              {t('title')}
            </Popover.Title>
            <DownloadsPanel state={state} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Summary({ state }: { state: DownloadsState }) {
  const { t } = useTranslation('downloads')
  const { number, bytes, duration } = useFormat()
  const open = state.downloads.filter((download) => !isFinished(download))
  const failed = state.downloads.filter((download) => download.state === 'failed').length
  if (open.length === 0) {
    const Icon = failed > 0 ? CircleAlert : CircleCheck
    return (
      <>
        <Icon
          aria-hidden="true"
          strokeWidth={1.75}
          className={cn('size-4 shrink-0', failed > 0 ? 'text-bad' : 'text-good')}
        />
        <span className="grow truncate">
          {failed > 0 ? t('summary.failed', { count: failed }) : t('summary.done', { count: state.downloads.length })}
        </span>
      </>
    )
  }
  const note =
    state.bytesPerSecond > 0
      ? [
          t('speed', { speed: bytes(state.bytesPerSecond) }),
          ...(state.secondsLeft === null ? [] : [duration(state.secondsLeft * 1000)]),
        ].join(' · ')
      : open.every((download) => download.state === 'paused')
        ? t('state.paused')
        : null
  return (
    <>
      <Ring value={state.progress} />
      <span className="flex min-w-0 grow flex-col">
        <span className="truncate">{t('summary.open', { count: open.length })}</span>
        {note !== null && <span className="tabular truncate text-xs text-ink-3">{note}</span>}
      </span>
      {failed > 0 && (
        <CircleAlert
          aria-label={t('summary.failed', { count: failed })}
          className="size-4 shrink-0 text-bad"
          strokeWidth={1.75}
        />
      )}
      {state.progress !== null && (
        <span className="tabular shrink-0 text-xs">
          {t('percent', { percent: number(Math.floor(state.progress * 100)) })}
        </span>
      )}
    </>
  )
}
