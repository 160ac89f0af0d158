import { type SubmitEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/text-field.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { updateSettings } from '../../lib/state/settings.ts'
import { parseAddress } from './addresses.ts'
import { ApplyField } from './apply-field.tsx'
import { useTask } from './use-task.ts'

/** Address of the person's own proxy. */
export function ProxyAddress({ url }: { url: string | null }) {
  const { t } = useTranslation('settings')
  return (
    <ApplyField
      label={t('models.proxy.address')}
      placeholder={t('models.proxy.addressHint')}
      value={url}
      parse={(text) => parseAddress(text, 'http')}
      invalid={t('models.proxy.invalid')}
      onApply={(next) => updateSettings({ hubs: { proxy: { url: next } } })}
    />
  )
}

/** Name and password for a proxy that asks. What is kept is never shown again. */
export function ProxyLogin() {
  const { t } = useTranslation('settings')
  const { busy, run } = useTask()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const keep = async (login: { user: string; password: string } | null) => {
    const done = await run(() => updateSettings({ hubs: { proxy: { login } } }))
    if (!done) return
    setUser('')
    setPassword('')
    toast({ tone: 'good', title: t(login === null ? 'models.proxy.forgotten' : 'models.proxy.saved') })
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (user !== '' && !busy) void keep({ user, password })
  }
  return (
    <form className="flex flex-col gap-2" onSubmit={submit}>
      <div className="flex flex-wrap items-end gap-2">
        <TextField
          className="min-w-0 flex-1 basis-40"
          label={t('models.proxy.user')}
          autoComplete="off"
          value={user}
          onChange={(event) => setUser(event.target.value)}
        />
        <TextField
          type="password"
          className="min-w-0 flex-1 basis-40"
          label={t('models.proxy.password')}
          autoComplete="off"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </div>
      <p className="text-sm text-ink-3">{t('models.proxy.loginHint')}</p>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={busy} disabled={user === ''}>
          {t('models.proxy.save')}
        </Button>
        <Button variant="ghost" disabled={busy} onClick={() => void keep(null)}>
          {t('models.proxy.forget')}
        </Button>
      </div>
    </form>
  )
}
