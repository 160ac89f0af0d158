import { ArrowDown, ArrowUp, ChevronsUp, Ellipsis, FolderOpen, Pause, Play, RotateCw, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Download } from '../../../shared/domain/downloads.ts'
import { useConfirm } from '../../components/ui/confirm.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Menu, type MenuItem } from '../../components/ui/menu.tsx'
import { ProgressBar } from '../../components/ui/progress-bar.tsx'
import { useCall } from '../../components/use-call.ts'
import { useFormat } from '../../lib/format.ts'
import { navigate } from '../../lib/router.ts'
import { closeDrawer } from '../../lib/sidebar.ts'
import { canPause, isFinished, movesOf, progressOf } from './progress.ts'
import { StateLine } from './state-line.tsx'
import { useTray } from './tray-state.ts'

/** One download: what it is, how far it is, and what can be done with it. Alt with an arrow moves it in the queue. */
export function DownloadRow({ download, all }: { download: Download; all: readonly Download[] }) {
  const { t } = useTranslation('downloads')
  const call = useCall()
  const cancel = useCancel(download)
  const moves = movesOf(all, download.id)
  const { id, state, title, variant } = download
  const moveTo = (to: number | null) => {
    if (to !== null) call((client) => client.downloads.move({ id, to }))
  }
  const resume = () => call((client) => client.downloads.resume({ id }))

  return (
    <li
      className="flex flex-col gap-1.5 px-3.5 py-3"
      // Before the buttons: a menu button would open on an arrow.
      onKeyDownCapture={(event) => {
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
        event.preventDefault()
        event.stopPropagation()
        moveTo(event.key === 'ArrowUp' ? moves.up : moves.down)
      }}
    >
      <div className="flex items-center gap-1">
        <p className="flex min-w-0 grow items-baseline gap-2">
          <span className="truncate text-sm font-semibold">{title}</span>
          <span className="shrink-0 font-mono text-xs text-ink-3">{variant}</span>
        </p>
        {canPause(download) && (
          <IconButton
            icon={Pause}
            size="sm"
            label={t('action.pauseOne', { name: title })}
            onClick={() => call((client) => client.downloads.pause({ id }))}
          />
        )}
        {state === 'paused' && (
          <IconButton icon={Play} size="sm" label={t('action.resumeOne', { name: title })} onClick={resume} />
        )}
        {(state === 'failed' || state === 'waiting') && (
          <IconButton icon={RotateCw} size="sm" label={t('action.retryOne', { name: title })} onClick={resume} />
        )}
        {state === 'done' && (
          <IconButton
            icon={FolderOpen}
            size="sm"
            label={t('action.openOne', { name: title })}
            onClick={() => showInLibrary(download)}
          />
        )}
        {state !== 'done' && (
          <IconButton icon={X} size="sm" label={t('action.cancelOne', { name: title })} onClick={cancel} />
        )}
        {!isFinished(download) && (moves.up !== null || moves.down !== null) && (
          <Menu
            trigger={<IconButton icon={Ellipsis} size="sm" label={t('action.more', { name: title })} />}
            items={moveItems(t, moves, moveTo)}
          />
        )}
      </div>
      {state !== 'done' && state !== 'failed' && (
        <ProgressBar value={progressOf(download)} label={t('progressOf', { name: title })} />
      )}
      <div className="text-xs leading-row text-ink-2">
        <StateLine download={download} />
      </div>
    </li>
  )
}

/** Opens a finished download in the library and closes the list. */
export function showInLibrary(download: Download): void {
  useTray.setState({ open: false })
  closeDrawer()
  navigate({ page: 'models', name: download.name })
}

function moveItems(
  t: (key: string) => string,
  moves: ReturnType<typeof movesOf>,
  moveTo: (to: number | null) => void,
): MenuItem[] {
  const item = (label: string, icon: MenuItem['icon'], to: number | null, hint?: string): MenuItem => ({
    label,
    ...(icon === undefined ? {} : { icon }),
    ...(hint === undefined ? {} : { hint }),
    disabled: to === null,
    onSelect: () => moveTo(to),
  })
  return [
    item(t('action.first'), ChevronsUp, moves.first),
    item(t('action.up'), ArrowUp, moves.up, 'Alt ↑'),
    item(t('action.down'), ArrowDown, moves.down, 'Alt ↓'),
  ]
}

/** Ends a download; asks first when there is something to lose. */
function useCancel(download: Download): () => void {
  const { t } = useTranslation('downloads')
  const { bytes } = useFormat()
  const confirm = useConfirm()
  const call = useCall()
  return () => {
    const ask = async () => {
      const agreed =
        download.doneBytes === 0 ||
        (await confirm({
          title: t('cancel.title', { name: download.title }),
          description: t('cancel.description', { size: bytes(download.doneBytes) }),
          action: t('cancel.action'),
          danger: true,
        }))
      if (agreed) call((client) => client.downloads.cancel({ id: download.id }))
    }
    void ask()
  }
}
