import { useTranslation } from 'react-i18next'
import { KvType, type LoadSettings, type Model } from '../../../../shared/domain/models.ts'
import { ContextSlider } from '../../../components/fit/context-slider.tsx'
import { FitCell } from '../../../components/fit/fit-arithmetic.tsx'
import { FitBar } from '../../../components/fit/fit-badge.tsx'
import { SpeedCell } from '../../../components/fit/speed.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { useFormat } from '../../../lib/format.ts'
import { useFit } from '../../../lib/state/fit.ts'
import { fitCandidate } from '../fits.ts'
import { withField } from './groups.ts'
import { LoadAdvanced } from './load-advanced.tsx'
import { NumberField } from './number-field.tsx'

export interface LoadGroupProps {
  model: Model
  load: LoadSettings
  onChange: (load: LoadSettings) => void
}

const DEFAULT = 'default'

/** How the model is put into memory, and what that takes. */
export function LoadGroup({ model, load, onChange }: LoadGroupProps) {
  const { t } = useTranslation('models')
  const { answer } = useFit({
    candidates: [fitCandidate(model)],
    contextLength: load.contextLength ?? null,
    kvType: load.kvType ?? 'f16',
  })
  const estimate = answer?.estimates[0] ?? null
  const context = load.contextLength ?? estimate?.memory.contextLength ?? null
  return (
    <>
      {context !== null && (
        <ContextSlider
          value={context}
          trained={model.facts.contextLength}
          onValueChange={(contextLength) => onChange({ ...load, contextLength })}
        />
      )}
      <div className="grid grid-cols-1 gap-4 @md:grid-cols-2">
        {(['contextLength', 'gpuLayers', 'threads'] as const).map((name) => (
          <NumberField
            key={name}
            name={name}
            value={load[name]}
            onValueChange={(value) => onChange(withField(load, name, value))}
          />
        ))}
        <div className="flex flex-col items-start gap-1.5">
          <span className="text-sm font-semibold">{t('param.kvType.label')}</span>
          <Select
            label={t('param.kvType.label')}
            value={load.kvType ?? DEFAULT}
            options={[
              { value: DEFAULT, label: t('kv.default') },
              ...KvType.options.map((value) => ({ value, label: t(`kv.${value}`), hint: t(`kv.${value}Hint`) })),
            ]}
            onValueChange={(value) => {
              const known = KvType.safeParse(value)
              onChange(withField(load, 'kvType', known.success ? known.data : undefined))
            }}
          />
          <p className="text-sm text-ink-3">{t('param.kvType.hint')}</p>
        </div>
      </div>
      <LoadAdvanced model={model} load={load} onChange={onChange} />
      {answer !== null && estimate !== null && (
        <Need
          total={estimate.memory.total}
          budget={answer.machine.ramBudgetBytes + answer.machine.vramBudgetBytes}
          estimate={estimate}
          machine={answer.machine}
        />
      )}
    </>
  )
}

function Need({
  total,
  budget,
  estimate,
  machine,
}: {
  total: number
  budget: number
  estimate: Parameters<typeof FitCell>[0]['estimate']
  machine: Parameters<typeof FitCell>[0]['machine']
}) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  return (
    <div className="flex flex-col gap-2 rounded-md bg-tint p-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="tabular grow font-semibold">
          {t('defaults.need', { size: bytes(total), budget: bytes(budget) })}
        </span>
        <FitCell estimate={estimate} machine={machine} />
        {estimate.speed !== null && <SpeedCell speed={estimate.speed} />}
      </div>
      <FitBar need={total} budget={budget} verdict={estimate.verdict} />
    </div>
  )
}
