import { ArrowUpCircle, CircleCheck, CircleHelp } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { Button } from '../../components/ui/button.tsx'
import { Spinner } from '../../components/ui/spinner.tsx'
import { useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { useLooking, useUpdate } from './updates.ts'
import type { ModelActions } from './use-model-actions.ts'

/** What the hub said about a newer file, once it was asked. */
export function UpdateLine({ model, actions }: { model: Model; actions: ModelActions }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const errorText = useErrorText()
  const update = useUpdate(model.name)
  const looking = useLooking(model.name)
  if (looking) {
    return (
      <p role="status" className="flex items-center gap-2 text-sm text-ink-2">
        <Spinner /> {t('update.looking')}
      </p>
    )
  }
  if (update === null) return null
  if (update.state === 'newer') {
    return (
      <div className="flex flex-wrap items-center gap-3 rounded-lg bg-ember-soft px-4 py-3">
        <ArrowUpCircle aria-hidden="true" className="size-4 shrink-0 text-ember-ink" strokeWidth={1.75} />
        <p className="min-w-0 grow text-sm">
          {update.sizeBytes === null
            ? t('update.available')
            : t('update.availableSize', { size: bytes(update.sizeBytes) })}
        </p>
        <Button size="sm" busy={actions.busy === 'update'} onClick={() => actions.run('update')}>
          {t('update.get')}
        </Button>
      </div>
    )
  }
  const Icon = update.state === 'current' ? CircleCheck : CircleHelp
  return (
    <p className="flex items-start gap-2 text-sm text-ink-2">
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
      {update.error === null ? t(`update.${update.state}`) : errorText(update.error).title}
    </p>
  )
}
