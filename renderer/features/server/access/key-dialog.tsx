import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '../../../../shared/domain/keys.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'
import { KeyFields } from './key-fields.tsx'
import { EMPTY_KEY, formOf, type KeyField, readKeyForm } from './key-form.ts'
import { SecretDialog } from './secret-dialog.tsx'

/** Makes a key and shows it once, or changes one that is there (`apiKey`). */
export function KeyDialog({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const { t } = useTranslation('server')
  const errorText = useErrorText()
  const formId = useId()
  const [form, setForm] = useState(apiKey === null ? EMPTY_KEY : formOf(apiKey))
  const [wrong, setWrong] = useState<readonly KeyField[]>([])
  const [secret, setSecret] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  const submit = async () => {
    const read = readKeyForm(form, Date.now())
    if ('wrong' in read) return setWrong(read.wrong)
    setBusy(true)
    setError(null)
    try {
      if (apiKey === null) setSecret((await rpc().keys.create(read.key)).secret)
      else {
        await rpc().keys.update({ id: apiKey.id, key: read.key })
        onClose()
      }
    } catch (reason) {
      const words = errorText(errorInfo(reason))
      setError([words.title, words.suggestion].filter(Boolean).join(' '))
    } finally {
      setBusy(false)
    }
  }

  if (secret !== null) return <SecretDialog title={t('keys.made')} secret={secret} onClose={onClose} />

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open && !busy) onClose()
      }}
      title={apiKey === null ? t('keys.new') : t('keys.edit', { name: apiKey.name })}
      actions={
        <>
          <Button disabled={busy} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button variant="primary" type="submit" form={formId} busy={busy}>
            {t(apiKey === null ? 'keys.create' : 'keys.save')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          if (!busy) void submit()
        }}
      >
        <KeyFields
          form={form}
          wrong={wrong}
          onChange={(change) => {
            setForm({ ...form, ...change })
            setWrong([])
          }}
        />
        {error !== null && (
          <p role="alert" className="rounded-md bg-bad-soft p-3 text-sm leading-prose">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  )
}
