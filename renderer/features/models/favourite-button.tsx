import { Star } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { useCall } from '../../components/use-call.ts'
import { cn } from '../../lib/cn.ts'
import { shownName } from './sort.ts'

/** Marks a model as a favourite, or no longer. Light, because a list has thousands of them. */
export function FavouriteButton({ model, className }: { model: Model; className?: string }) {
  const { t } = useTranslation('models')
  const call = useCall()
  const label = t('favourite.of', { name: shownName(model) })
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={model.favourite}
      title={t(model.favourite ? 'favourite.remove' : 'favourite.add')}
      onClick={() =>
        call((client) => client.models.update({ name: model.name, patch: { favourite: !model.favourite } }))
      }
      className={cn(
        'inline-flex size-7 shrink-0 items-center justify-center rounded-md text-ink-3 transition-colors hover:bg-line hover:text-ink focus-visible:opacity-100',
        model.favourite && 'text-ember',
        className,
      )}
    >
      <Star aria-hidden="true" className="size-4" strokeWidth={1.75} fill={model.favourite ? 'currentColor' : 'none'} />
    </button>
  )
}
