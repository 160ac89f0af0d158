import { Pause, Play } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DownloadsState } from '../../../shared/domain/downloads.ts'
import { Button } from '../../components/ui/button.tsx'
import { useCall } from '../../components/use-call.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { DownloadRow } from './download-row.tsx'
import { canPause, isFinished } from './progress.ts'
import { SpeedLimit } from './speed-limit.tsx'

/** The list of downloads with what acts on all of them. */
export function DownloadsPanel({ state }: { state: DownloadsState }) {
  const { t } = useTranslation('downloads')
  const call = useCall()
  const local = useSystemInfo().value?.access === 'local'
  const { downloads } = state
  const running = downloads.some(canPause)
  const paused = downloads.some((download) => download.state === 'paused')
  return (
    <>
      <ul aria-label={t('list')} className="flex max-h-96 flex-col divide-y divide-line overflow-y-auto">
        {downloads.map((download) => (
          <DownloadRow key={download.id} download={download} all={downloads} />
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2 border-t border-line p-2.5">
        {running && (
          <Button size="sm" icon={Pause} onClick={() => call((client) => client.downloads.pauseAll())}>
            {t('action.pauseAll')}
          </Button>
        )}
        {!running && paused && (
          <Button size="sm" icon={Play} onClick={() => call((client) => client.downloads.resumeAll())}>
            {t('action.resumeAll')}
          </Button>
        )}
        {downloads.some(isFinished) && (
          <Button size="sm" variant="ghost" onClick={() => call((client) => client.downloads.clearFinished())}>
            {t('action.clear')}
          </Button>
        )}
        {local && (
          <span className="ms-auto">
            <SpeedLimit />
          </span>
        )}
      </div>
    </>
  )
}
