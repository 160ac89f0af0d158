import { QrCode } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../../components/ui/copy-button.tsx'
import { IconButton } from '../../../components/ui/icon-button.tsx'
import { QrDialog } from './qr-dialog.tsx'

/** An address to copy. `qr`: as a picture for a phone too. */
export function AddressBox({ url, qr = false }: { url: string; qr?: boolean }) {
  const { t } = useTranslation('server')
  const [open, setOpen] = useState(false)
  return (
    <div className="flex h-9.5 max-w-full items-center gap-1 rounded-md border border-line ps-3.5 pe-1.5">
      <code className="me-1 min-w-0 truncate font-mono text-base select-all">{url}</code>
      {qr && <IconButton icon={QrCode} size="sm" label={t('qr.show')} onClick={() => setOpen(true)} />}
      <CopyButton text={url} label={t('address.copy')} />
      {qr && <QrDialog url={url} open={open} onOpenChange={setOpen} />}
    </div>
  )
}
