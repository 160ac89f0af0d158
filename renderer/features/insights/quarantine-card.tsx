import { RotateCw, ShieldAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Quarantine } from '../../../shared/domain/engines.ts'
import { Button } from '../../components/ui/button.tsx'
import { Card } from '../../components/ui/card.tsx'
import { ErrorDetails } from '../../components/ui/error-state.tsx'
import { useCall } from '../../components/use-call.ts'
import { useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { navigate } from '../../lib/router.ts'

/** A model that was put aside because its process died again and again, and the ways on. */
export function QuarantineCard({ quarantine }: { quarantine: Quarantine }) {
  const { t } = useTranslation('insights')
  const { date, time } = useFormat()
  const { title } = useErrorText()(quarantine.error)
  const call = useCall()
  const { model, crashes, since, settings, error } = quarantine
  return (
    <Card role="group" aria-label={t('quarantine.title', { model })} className="flex flex-wrap items-start gap-3 p-4">
      <ShieldAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warn" strokeWidth={1.75} />
      <div className="flex min-w-0 flex-1 basis-80 flex-col gap-1 wrap-anywhere">
        <p className="font-semibold">{t('quarantine.title', { model })}</p>
        <p className="text-sm text-ink-2">
          {t('quarantine.why', { count: crashes, date: date(since), time: time(since) })} {title}
        </p>
        {settings !== '' && <p className="text-sm text-ink-2">{t('quarantine.settings', { settings })}</p>}
        <div className="self-start">
          <ErrorDetails error={error} />
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={() => navigate({ page: 'models', name: model })}>
          {t('quarantine.change')}
        </Button>
        <Button size="sm" icon={RotateCw} onClick={() => call((client) => client.engines.release({ model }))}>
          {t('quarantine.release')}
        </Button>
      </div>
    </Card>
  )
}
