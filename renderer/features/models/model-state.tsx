import { AlertTriangle, ArrowUpCircle, CircleCheck, LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { FitBadge } from '../../components/fit/fit-badge.tsx'
import { Badge } from '../../components/ui/badge.tsx'
import { useFormat } from '../../lib/format.ts'

import { useFit } from './fits.ts'
import { useUpdate } from './updates.ts'

/** The one badge of a model in the list: its state, else that there is a newer file, else how it fits. */
export function ModelBadge({ model, loaded }: { model: Model; loaded: LoadedModel | null }) {
  const { t } = useTranslation('models')
  const fit = useFit(model)
  const update = useUpdate(model.name)
  if (model.problem !== null || loaded !== null) return <ModelStateBadge model={model} loaded={loaded} />
  if (update?.state === 'newer') {
    return (
      <Badge tone="ember" icon={ArrowUpCircle}>
        {t('update.newer')}
      </Badge>
    )
  }
  return fit === null ? null : <FitBadge verdict={fit.verdict} speed={fit.speed} />
}

/** Whether a model is in memory, as a badge; nothing for one that simply lies on the disk. */
export function ModelStateBadge({ model, loaded }: { model: Model; loaded: LoadedModel | null }) {
  const { t } = useTranslation('models')
  const { number } = useFormat()
  if (model.problem !== null) {
    return (
      <Badge tone="bad" icon={AlertTriangle}>
        {t(model.problem.code === 'model_file_missing' ? 'state.missing' : 'state.problem')}
      </Badge>
    )
  }
  switch (loaded?.state) {
    case 'loading':
      return (
        <Badge tone="ember" icon={LoaderCircle}>
          <span className="tabular">{t('state.loading', { percent: number(Math.floor(loaded.progress * 100)) })}</span>
        </Badge>
      )
    case 'ready':
      return (
        <Badge tone="good" icon={CircleCheck}>
          {t('state.ready')}
        </Badge>
      )
    case 'unloading':
      return <Badge tone="neutral">{t('state.unloading')}</Badge>
    case 'failed':
      return (
        <Badge tone="bad" icon={AlertTriangle}>
          {t('state.failed')}
        </Badge>
      )
    default:
      return null
  }
}
