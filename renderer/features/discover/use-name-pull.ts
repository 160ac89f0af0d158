import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { rpc } from '../../lib/rpc.ts'

/** Fetches a model by the name that a person typed; from then on the downloads show how far it is. */
export function useNamePull(): { busy: boolean; pull: (name: string) => void } {
  const { t } = useTranslation('discover')
  const errorText = useErrorText()
  const [busy, setBusy] = useState(false)
  const start = async (name: string): Promise<void> => {
    setBusy(true)
    try {
      for await (const event of await rpc().downloads.pull({ name })) {
        if (event.type === 'resolving') continue
        // It is in the queue now, and goes on when nobody listens any longer.
        toast(
          event.type === 'success'
            ? { title: t('pull.here', { name: event.model }), tone: 'good' }
            : { title: t('pull.started', { name }) },
        )
        return
      }
    } catch (error) {
      const { title, suggestion } = errorText(errorInfo(error))
      toast({ title, description: suggestion, tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }
  return { busy, pull: (name) => void start(name) }
}
