import { RotateCw, ShieldAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Quarantine } from '../../../shared/domain/engines.ts'
import { Button } from '../../components/ui/button.tsx'
import { useCall } from '../../components/use-call.ts'
import { useErrorText } from '../../lib/errors.ts'

/** That a model is put aside since its process died again and again, and the way out. */
export function ModelQuarantine({ quarantine: { model, crashes, settings, error } }: { quarantine: Quarantine }) {
  const { t } = useTranslation('models')
  const { title } = useErrorText()(error)
  const call = useCall()
  return (
    <div role="group" aria-label={t('quarantine.title')} className="flex items-start gap-3 rounded-lg bg-warn-soft p-4">
      <ShieldAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warn" strokeWidth={1.75} />
      <div className="flex min-w-0 grow flex-col gap-0.5 wrap-anywhere">
        <p className="font-semibold">{t('quarantine.title')}</p>
        <p className="text-sm text-ink-2">
          {t('quarantine.why', { count: crashes })} {title}
        </p>
        {settings !== '' && <p className="text-sm text-ink-2">{t('quarantine.settings', { settings })}</p>}
      </div>
      <Button size="sm" icon={RotateCw} onClick={() => call((client) => client.engines.release({ model }))}>
        {t('quarantine.release')}
      </Button>
    </div>
  )
}
