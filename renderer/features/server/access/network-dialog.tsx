import { Globe, KeyRound, LockOpen, ShieldCheck } from 'lucide-react'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../../shared/domain/settings.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { TextField } from '../../../components/ui/text-field.tsx'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'
import { updateSettings } from '../../../lib/state/settings.ts'
import { ProblemNote } from '../server-problem.tsx'
import { EMPTY_KEY, readKeyForm } from './key-form.ts'
import { SecretDialog } from './secret-dialog.tsx'
import { useKeys } from './use-keys.ts'

type Mode = Settings['server']['https']['mode']

/** Says what it means that others may use the server, makes the first key if there is none, and only then lets them. */
export function NetworkDialog({ https, onClose }: { https: Mode; onClose: () => void }) {
  const { t } = useTranslation('server')
  const errorText = useErrorText()
  const formId = useId()
  const { value: keys, error: keysError } = useKeys()
  const [name, setName] = useState(t('network.dialog.keyName'))
  const [mode, setMode] = useState<Mode>(https)
  const [secret, setSecret] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const keyless = keys?.length === 0
  const read = readKeyForm({ ...EMPTY_KEY, name }, 0)

  const allow = async () => {
    setBusy(true)
    setError(null)
    try {
      // A key first: from the moment on in which others can come, none may be without.
      let made = secret
      if (keyless && made === null && 'key' in read) {
        made = (await rpc().keys.create(read.key)).secret
        setSecret(made)
      }
      await updateSettings({ server: { network: true, ...(mode === https ? {} : { https: { mode } }) } })
      if (made === null) onClose()
    } catch (reason) {
      const words = errorText(errorInfo(reason))
      setError([words.title, words.suggestion].filter(Boolean).join(' '))
    } finally {
      setBusy(false)
    }
  }

  if (secret !== null) {
    const again = (
      <Button busy={busy} onClick={() => void allow()}>
        {t('tryAgain')}
      </Button>
    )
    return (
      <SecretDialog
        title={t(error === null ? 'network.dialog.done' : 'keys.made')}
        secret={secret}
        action={error !== null && again}
        onClose={onClose}
      >
        {error !== null && <Wrong>{error}</Wrong>}
      </SecretDialog>
    )
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open && !busy) onClose()
      }}
      title={t('network.dialog.title')}
      actions={
        <>
          <Button disabled={busy} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            busy={busy}
            disabled={keys === null || (keyless && !('key' in read))}
          >
            {t(keyless ? 'network.dialog.allowWithKey' : 'network.dialog.allow')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          if (!busy) void allow()
        }}
      >
        <ul className="flex flex-col gap-3">
          <Point icon={Globe}>{t('network.dialog.who')}</Point>
          <Point icon={KeyRound}>{t(keyless ? 'network.dialog.firstKey' : 'network.dialog.key')}</Point>
          <Point icon={mode === 'off' ? LockOpen : ShieldCheck}>{t(`network.dialog.https.${mode}`)}</Point>
        </ul>
        {mode !== 'own' && (
          <div className="flex items-center justify-between gap-3">
            <span className="text-sm font-semibold">HTTPS</span>
            <Select
              label="HTTPS"
              value={mode}
              onValueChange={setMode}
              options={[
                { value: 'off', label: t('https.mode.off') },
                { value: 'self-signed', label: t('https.mode.self-signed') },
              ]}
            />
          </div>
        )}
        {keys === null && keysError === null && <Skeleton className="h-14 w-full rounded-md" />}
        {keys === null && keysError !== null && <ProblemNote error={keysError} />}
        {keyless && (
          <TextField
            label={t('keys.nameOfNew')}
            value={name}
            maxLength={80}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        )}
        {error !== null && <Wrong>{error}</Wrong>}
      </form>
    </Dialog>
  )
}

function Point({ icon: Icon, children }: { icon: typeof Globe; children: ReactNode }) {
  return (
    <li className="flex items-start gap-2.5 leading-prose text-ink-2">
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
      <span>{children}</span>
    </li>
  )
}

function Wrong({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-md bg-bad-soft p-3 text-sm leading-prose">
      {children}
    </p>
  )
}
