import { BadgeCheck, Brain, FileText, MessageSquare, Sparkles, Type, Wrench } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { FitBadge } from '../../components/fit/fit-badge.tsx'
import { Badge } from '../../components/ui/badge.tsx'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { formatContext, formatLicence, formatParameters } from '../../lib/model-words.ts'
import { capabilitiesOf, isTextOnlyHere } from './capabilities.ts'
import { score } from './conformance-words.ts'
import { useFit } from './fits.ts'

const ICONS = { chat: MessageSquare, embedding: Sparkles, tools: Wrench, thinking: Brain }

/** The main facts of a model at a glance. */
export function ModelBadges({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const fit = useFit(model)
  const { facts } = model
  const tried = model.conformance === null ? null : score(model.conformance)
  return (
    <div className="flex flex-wrap gap-1.5">
      {fit !== null && <FitBadge verdict={fit.verdict} speed={fit.speed} />}
      {facts.parameters > 0 && (
        <Badge tone="neutral">{t('badge.parameters', { count: formatParameters(facts.parameters) })}</Badge>
      )}
      {facts.contextLength !== null && (
        <Badge tone="neutral">{t('badge.context', { tokens: formatContext(facts.contextLength) })}</Badge>
      )}
      {capabilitiesOf(model).map((capability) => (
        <Badge key={capability} tone="neutral" icon={ICONS[capability]}>
          {t(`capability.${capability}`)}
        </Badge>
      ))}
      {tried !== null && (
        <Badge tone={tried.passed === tried.of ? 'good' : 'neutral'} icon={BadgeCheck}>
          {t('conformance.score', { passed: tried.passed, of: tried.of })}
        </Badge>
      )}
      {isTextOnlyHere(model) && (
        <Tooltip content={t('textOnly.hint')}>
          <button type="button" aria-label={`${t('textOnly.word')}: ${t('textOnly.hint')}`} className="rounded-sm">
            <Badge tone="warn" icon={Type}>
              {t('textOnly.word')}
            </Badge>
          </button>
        </Tooltip>
      )}
      {facts.licence !== null && (
        <Badge tone="neutral" icon={FileText}>
          {formatLicence(facts.licence)}
        </Badge>
      )}
      <Badge tone="neutral">{t(`origin.${model.origin}.short`)}</Badge>
    </div>
  )
}
