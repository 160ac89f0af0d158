import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { DownloadsState } from '../../../shared/domain/downloads.ts'
import { toast } from '../../components/ui/toast.tsx'
import { useErrorText } from '../../lib/errors.ts'
import { useDownloads } from '../../lib/state/downloads.ts'
import { showInLibrary } from './download-row.tsx'
import { newlyFinished } from './progress.ts'
import { openTray } from './tray-state.ts'

/** Says when a download is done or failed, on whichever page the person is. Draws nothing itself. */
export function DownloadNotices() {
  const { t } = useTranslation('downloads')
  const errorText = useErrorText()
  const state = useDownloads().value
  const last = useRef<DownloadsState | null>(null)
  useEffect(() => {
    if (state === null) return
    for (const download of newlyFinished(last.current, state)) {
      if (download.state === 'done') {
        toast({
          title: t('notice.done', { name: download.title }),
          tone: 'good',
          action: { label: t('notice.open'), onClick: () => showInLibrary(download) },
        })
      } else {
        toast({
          title: t('notice.failed', { name: download.title }),
          description: download.error === null ? undefined : errorText(download.error).title,
          tone: 'bad',
          action: { label: t('notice.show'), onClick: openTray },
        })
      }
    }
    last.current = state
  }, [state, t, errorText])
  return null
}
