import { QRCodeSVG } from 'qrcode.react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'

export interface QrDialogProps {
  url: string
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** An address as a picture, for a phone on the same network. */
export function QrDialog({ url, open, onOpenChange }: QrDialogProps) {
  const { t } = useTranslation('server')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('qr.title')}
      description={t('qr.description')}
      actions={<Button onClick={() => onOpenChange(false)}>{t('close')}</Button>}
    >
      {/* Cameras want it dark on light in either theme. */}
      <div
        data-theme="light"
        className="flex flex-col items-center gap-3 rounded-md bg-surface p-5 text-ink scheme-light"
      >
        <QRCodeSVG value={url} size={192} bgColor="transparent" fgColor="currentColor" title={t('qr.of', { url })} />
        <code className="font-mono text-sm wrap-anywhere select-all">{url}</code>
      </div>
    </Dialog>
  )
}
