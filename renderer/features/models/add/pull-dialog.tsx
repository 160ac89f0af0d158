import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PullEvent } from '../../../../shared/domain/downloads.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { toast } from '../../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { navigate } from '../../../lib/router.ts'
import { rpc } from '../../../lib/rpc.ts'

/** Fetches a model by the name that people type. Once the hub knows it, the downloads have it and this closes. */
export function PullDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('models')
  const errorText = useErrorText()
  const formId = useId()
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  const pull = async () => {
    setBusy(true)
    setError(null)
    // Ends the telling, not the download: that goes on in the core.
    const stop = new AbortController()
    try {
      for await (const event of await rpc().downloads.pull({ name: name.trim() }, { signal: stop.signal })) {
        if (!isUnderWay(event)) continue
        if (event.type === 'success') navigate({ page: 'models', name: event.model })
        else toast({ title: t('pull.started', { name: name.trim() }) })
        onClose()
        return
      }
    } catch (reason) {
      const words = errorText(errorInfo(reason))
      setError([words.title, words.suggestion].filter(Boolean).join(' '))
    } finally {
      stop.abort()
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('pull.title')}
      description={t('pull.description')}
      actions={
        <>
          <Button onClick={onClose}>{t('add.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy} disabled={name.trim() === ''}>
            {t('pull.action')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          if (name.trim() !== '' && !busy) void pull()
        }}
      >
        <TextField
          label={t('name.label')}
          hint={t('pull.hint')}
          placeholder="qwen2.5:3b"
          value={name}
          maxLength={400}
          spellCheck={false}
          autoComplete="off"
          autoFocus
          onChange={(event) => {
            setName(event.target.value)
            setError(null)
          }}
          {...(error === null ? {} : { error })}
        />
      </form>
    </Dialog>
  )
}

/** Whether the hub has said what the name means, so that the download stands in the list. */
function isUnderWay(event: PullEvent): boolean {
  return event.type !== 'resolving'
}
