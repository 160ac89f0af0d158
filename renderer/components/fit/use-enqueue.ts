import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DownloadRequest } from '../../../shared/domain/downloads.ts'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { rpc } from '../../lib/rpc.ts'
import { toast } from '../ui/toast.tsx'

export type Wanted = Omit<DownloadRequest, 'first'> & { first?: boolean }

export interface Enqueue {
  /** Being handed to the queue. */
  busy: boolean
  start: (wanted: Wanted) => void
  /** Asks for a folder first; nothing happens when the person closes the dialog. */
  startElsewhere: (wanted: Wanted) => void
}

/** Puts downloads into the queue. What goes wrong becomes a toast. */
export function useEnqueue(): Enqueue {
  const { t } = useTranslation('discover')
  const errorText = useErrorText()
  const [busy, setBusy] = useState(false)

  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    try {
      await work()
    } catch (error) {
      const { title, suggestion } = errorText(errorInfo(error))
      toast({ title, description: suggestion, tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }
  const enqueue = async (wanted: Wanted): Promise<void> => {
    const download = await rpc().downloads.enqueue({ first: false, ...wanted })
    toast({ title: t('download.started', { name: download.title }) })
  }

  return {
    busy,
    start: (wanted) => void run(() => enqueue(wanted)),
    startElsewhere: (wanted) =>
      void run(async () => {
        const folder = await rpc().downloads.pickFolder()
        if (folder !== null) await enqueue({ ...wanted, folder })
      }),
  }
}
