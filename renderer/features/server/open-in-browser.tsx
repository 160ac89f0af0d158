import { Check, Copy, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/ui/button.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { useCopied } from '../../components/use-copied.ts'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { rpc } from '../../lib/rpc.ts'

/** Makes a one-time link to the same interface for a browser, to open here or to carry elsewhere. */
export function OpenInBrowser() {
  const { t } = useTranslation('server')
  const errorText = useErrorText()
  const { copied, copy } = useCopied()
  const [busy, setBusy] = useState(false)
  const [open, setOpen] = useState(false)
  const [url, setUrl] = useState('')

  const make = async () => {
    setBusy(true)
    try {
      const link = await rpc().server.createLink()
      setUrl(link.url)
      setOpen(true)
    } catch (reason) {
      const { title, suggestion } = errorText(errorInfo(reason))
      toast({ tone: 'bad', title, description: suggestion })
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Button icon={ExternalLink} busy={busy} onClick={() => void make()}>
        {t('browser.button')}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('browser.title')}
        description={t('browser.description')}
        actions={
          <>
            <Button icon={copied ? Check : Copy} onClick={() => copy(url)}>
              {t(copied ? 'browser.copied' : 'browser.copy')}
            </Button>
            <Button
              variant="primary"
              icon={ExternalLink}
              onClick={() => {
                window.open(url)
                setOpen(false)
              }}
            >
              {t('browser.open')}
            </Button>
          </>
        }
      >
        <code className="rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm wrap-anywhere select-all">
          {url}
        </code>
      </Dialog>
    </>
  )
}
