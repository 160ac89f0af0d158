import { KeyRound, TriangleAlert } from 'lucide-react'
import { type SubmitEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HubAccount } from '../../../shared/domain/hubs.ts'
import { Button } from '../../components/ui/button.tsx'
import { TextField } from '../../components/ui/text-field.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { rpc } from '../../lib/rpc.ts'
import { useTask } from './use-task.ts'

export interface HubTokenProps {
  account: HubAccount
  onChange: (account: HubAccount) => void
}

/** The person's token at one hub: whose it is and where it is kept, never what it is. */
export function HubToken({ account, onChange }: HubTokenProps) {
  const { t } = useTranslation('settings')
  const { busy, run } = useTask()
  const keep = async (token: string | null): Promise<boolean> =>
    run(async () => {
      onChange(await rpc().hubs.setToken({ hub: account.hub, token }))
      toast({ tone: 'good', title: t(token === null ? 'models.token.forgotten' : 'models.token.saved') })
    })
  if (account.token === 'none') return <TokenForm hub={account.hub} busy={busy} onSave={keep} />
  const known = [
    account.user === null ? null : t('models.token.user', { user: account.user }),
    account.tokenEnd === null ? null : t('models.token.end', { end: account.tokenEnd }),
  ].filter((part) => part !== null)
  const kept =
    account.token === 'environment' ? 'environment' : account.encrypted ? ('encrypted' as const) : ('file' as const)
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md bg-sunken p-3.5 text-sm">
      <KeyRound aria-hidden="true" className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
      <div className="min-w-0 flex-1 basis-52">
        <p className="font-semibold">{known.join(' · ')}</p>
        <p className="text-ink-2">{t(`models.token.${kept}`)}</p>
        {account.valid === false && (
          <p role="status" className="mt-1 flex items-center gap-1.5">
            <TriangleAlert aria-hidden="true" className="size-4 shrink-0 text-warn" strokeWidth={1.75} />
            {t('models.token.refused')}
          </p>
        )}
      </div>
      {account.token === 'saved' && (
        <Button busy={busy} onClick={() => void keep(null)}>
          {t('models.token.forget')}
        </Button>
      )}
    </div>
  )
}

interface TokenFormProps {
  hub: HubAccount['hub']
  busy: boolean
  onSave: (token: string) => Promise<boolean>
}

function TokenForm({ hub, busy, onSave }: TokenFormProps) {
  const { t } = useTranslation('settings')
  const [text, setText] = useState('')
  const token = text.trim()
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (token === '' || busy) return
    void onSave(token).then((saved) => saved && setText(''))
  }
  return (
    <form className="flex flex-wrap items-start gap-2" onSubmit={submit}>
      <TextField
        type="password"
        className="min-w-0 flex-1 basis-64"
        icon={KeyRound}
        aria-label={t('models.token.label', { hub: t(`models.hub.${hub}`) })}
        placeholder={t('models.token.paste')}
        // A browser's password manager would offer other sites' passwords.
        autoComplete="off"
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" busy={busy} disabled={token === ''}>
        {t('models.token.save')}
      </Button>
    </form>
  )
}
