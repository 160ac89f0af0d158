import { Check, Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { useCopied } from '../../../components/use-copied.ts'

export interface SecretDialogProps {
  title: string
  secret: string
  /** Before the button that closes it. */
  action?: ReactNode
  /** Above the key. */
  children?: ReactNode
  onClose: () => void
}

/** A key at the only moment in which it is known. */
export function SecretDialog({ title, secret, action, children, onClose }: SecretDialogProps) {
  const { t } = useTranslation('server')
  return (
    <Dialog
      open
      // Only its button closes it: the key is never shown again.
      onOpenChange={() => {}}
      title={title}
      description={t('keys.onlyNow')}
      actions={
        <>
          {action}
          <Button variant="primary" onClick={onClose}>
            {t('keys.saved')}
          </Button>
        </>
      }
    >
      {children}
      <SecretBox secret={secret} />
    </Dialog>
  )
}

function SecretBox({ secret }: { secret: string }) {
  const { t } = useTranslation('server')
  const { copied, copy } = useCopied()
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-md border border-line bg-sunken py-2 ps-3 pe-2">
      <code className="min-w-0 flex-1 basis-48 font-mono text-sm wrap-anywhere select-all">{secret}</code>
      <Button size="sm" icon={copied ? Check : Copy} onClick={() => copy(secret)}>
        {t(copied ? 'address.copied' : 'keys.copy')}
      </Button>
    </div>
  )
}
