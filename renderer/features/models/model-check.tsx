import { CircleCheck, CircleMinus, CircleX, FlaskConical, ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model, ModelCheck } from '../../../shared/domain/models.ts'
import { Button } from '../../components/ui/button.tsx'
import { Card } from '../../components/ui/card.tsx'
import { useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { type ModelActions, verifyKey } from './use-model-actions.ts'
import { useWork } from './work.ts'
import { WorkLine } from './work-line.tsx'

const STEPS = ['loads', 'templateRenders', 'answers', 'stops', 'intact'] as const

/** What a throwaway process found when it tried the model, and whether its files are whole. */
export function ModelCheckCard({ model, actions }: { model: Model; actions: ModelActions }) {
  const { t } = useTranslation('models')
  const { date } = useFormat()
  const errorText = useErrorText()
  const verifying = useWork(verifyKey(model))
  const { check } = model
  const { busy, run } = actions
  const failure = check?.error == null ? null : errorText(check.error)
  return (
    <Card className="flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="grow font-semibold">{t('check.title')}</h3>
        {check !== null && <span className="text-sm text-ink-3">{t('check.at', { date: date(check.checkedAt) })}</span>}
      </div>
      {check === null ? (
        <p className="text-sm text-ink-2">{t('check.never')}</p>
      ) : (
        <ul className="grid grid-cols-1 gap-x-4 gap-y-1.5 @md:grid-cols-2">
          {STEPS.map((step) => (
            <Step key={step} step={step} outcome={check[step]} />
          ))}
        </ul>
      )}
      {failure !== null && (
        <p className="text-sm wrap-anywhere text-ink-2">
          {failure.title} {failure.suggestion}
        </p>
      )}
      {verifying !== null && <WorkLine work={verifying} label={t('check.verifying')} />}
      <div className="flex flex-wrap gap-2">
        <Button
          size="sm"
          icon={FlaskConical}
          busy={busy === 'check'}
          disabled={model.problem?.code === 'model_file_missing'}
          onClick={() => run('check')}
        >
          {t(check?.loads == null ? 'check.try' : 'check.again')}
        </Button>
        {verifying === null && (
          <Button
            size="sm"
            icon={ShieldCheck}
            disabled={model.problem?.code === 'model_file_missing'}
            onClick={() => run('verify')}
          >
            {t('action.verify')}
          </Button>
        )}
      </div>
    </Card>
  )
}

type StepName = (typeof STEPS)[number]

function Step({ step, outcome }: { step: StepName; outcome: ModelCheck[StepName] }) {
  const { t } = useTranslation('models')
  const word = outcome === null ? 'unknown' : outcome ? 'yes' : 'no'
  const Icon = { yes: CircleCheck, no: CircleX, unknown: CircleMinus }[word]
  const colour = { yes: 'text-good', no: 'text-bad', unknown: 'text-ink-3' }[word]
  return (
    <li className="flex items-center gap-2 text-sm">
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${colour}`} strokeWidth={1.75} />
      {t(`check.${step}.${word}`)}
    </li>
  )
}
