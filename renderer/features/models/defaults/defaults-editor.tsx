import { useTranslation } from 'react-i18next'
import type { Model } from '../../../../shared/domain/models.ts'
import { TextArea } from '../../../components/ui/text-area.tsx'
import { Problem } from '../problem.tsx'
import { GroupCard } from './group-card.tsx'
import { withField } from './groups.ts'
import { LoadGroup } from './load-group.tsx'
import { NumberField } from './number-field.tsx'
import { StopStrings } from './stop-strings.tsx'
import { TemplateGroup } from './template-group.tsx'
import { useDefaults } from './use-defaults.ts'

const SAMPLING = ['temperature', 'topP', 'topK', 'minP', 'repeatPenalty', 'seed'] as const

/** What a request takes that says nothing else, and how the model is loaded. A change acts at once. */
export function DefaultsEditor({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const defaults = useDefaults(model)
  const { draft, change, error } = defaults
  const chat = model.facts.kind === 'chat'
  return (
    <>
      {error !== null && <Problem info={error} />}
      {chat && (
        <>
          <GroupCard group="system" defaults={defaults}>
            <TextArea
              aria-label={t('group.system.title')}
              placeholder={t('group.system.placeholder')}
              rows={3}
              value={draft.system ?? ''}
              onChange={(event) => change('system', { system: event.target.value === '' ? null : event.target.value })}
            />
          </GroupCard>
          <GroupCard group="sampling" defaults={defaults}>
            <div className="grid grid-cols-1 gap-4 @md:grid-cols-2">
              {SAMPLING.map((name) => (
                <NumberField
                  key={name}
                  name={name}
                  value={draft.sampling[name]}
                  onValueChange={(value) => change('sampling', { sampling: withField(draft.sampling, name, value) })}
                />
              ))}
            </div>
          </GroupCard>
          <GroupCard group="answer" defaults={defaults}>
            <NumberField
              name="maxTokens"
              value={draft.maxTokens ?? undefined}
              onValueChange={(value) => change('answer', { maxTokens: value ?? null })}
            />
            <StopStrings value={draft.stop} onValueChange={(stop) => change('answer', { stop })} />
          </GroupCard>
        </>
      )}
      <GroupCard group="load" defaults={defaults}>
        <LoadGroup model={model} load={draft.load} onChange={(load) => change('load', { load })} />
      </GroupCard>
      {chat && (
        <GroupCard group="template" defaults={defaults} resetLabel={t('template.back')}>
          <TemplateGroup
            model={model}
            template={draft.template}
            system={draft.system}
            onChange={(template) => change('template', { template })}
          />
        </GroupCard>
      )}
      {chat && (draft.goTemplate !== null || defaults.canUndo('goTemplate')) && (
        <GroupCard group="goTemplate" defaults={defaults}>
          <TextArea
            code
            aria-label={t('group.goTemplate.title')}
            rows={10}
            value={draft.goTemplate ?? ''}
            {...(draft.template === null ? {} : { hint: t('group.goTemplate.covered') })}
            onChange={({ target: { value } }) =>
              change('goTemplate', { goTemplate: value.trim() === '' ? null : value })
            }
          />
        </GroupCard>
      )}
    </>
  )
}
