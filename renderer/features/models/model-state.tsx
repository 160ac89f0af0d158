import { AlertTriangle, CircleCheck, LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { useFormat } from '../../lib/format.ts'

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
