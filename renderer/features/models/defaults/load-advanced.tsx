import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LoadSettings, Model } from '../../../../shared/domain/models.ts'
import { Select } from '../../../components/ui/select.tsx'
import { useHardware } from '../../../lib/state/hardware.ts'
import { useModels } from '../../../lib/state/models.ts'
import { modelTitle } from '../../../lib/model-title.ts'
import { withField } from './groups.ts'
import { LoraList } from './lora-list.tsx'
import { NumberField } from './number-field.tsx'
import { SharesField } from './shares-field.tsx'

export interface LoadAdvancedProps {
  model: Model
  load: LoadSettings
  onChange: (load: LoadSettings) => void
}

const NONE = ''
const CHOICES = ['flashAttention', 'mmap', 'mlock'] as const
const ADVANCED = [
  'batchSize',
  'slots',
  ...CHOICES,
  'draftModel',
  'loras',
  'mainGpu',
  'tensorSplit',
  'cpuExpertLayers',
] as const satisfies readonly (keyof LoadSettings)[]

/** The settings of loading that few need, folded away unless one of them is set. */
export function LoadAdvanced({ model, load, onChange }: LoadAdvancedProps) {
  const { t } = useTranslation('models')
  const gpus = useGpuCount()
  const set = ADVANCED.filter((name) => load[name] !== undefined).length
  const several = gpus > 1 || load.mainGpu !== undefined || load.tensorSplit !== undefined
  const experts = (model.facts.shape?.experts ?? 0) > 1 || load.cpuExpertLayers !== undefined
  return (
    <details className="group" open={set > 0 || undefined}>
      <summary className="flex min-h-7 w-fit list-none items-center gap-1.5 rounded-sm pe-2 text-sm font-semibold text-ink-2 hover:text-ink">
        <ChevronRight
          aria-hidden="true"
          className="size-4 transition-transform group-open:rotate-90"
          strokeWidth={1.75}
        />
        {t('load.advanced')}
        {set > 0 && <span className="tabular font-normal text-ink-3">{t('load.set', { count: set })}</span>}
      </summary>
      <div className="mt-3 flex flex-col gap-4">
        <div className="grid grid-cols-1 gap-4 @md:grid-cols-2">
          {(['slots', 'batchSize'] as const).map((name) => (
            <NumberField
              key={name}
              name={name}
              value={load[name]}
              onValueChange={(value) => onChange(withField(load, name, value))}
            />
          ))}
          {CHOICES.map((name) => (
            <Choice
              key={name}
              label={t(`param.${name}.label`)}
              hint={t(`param.${name}.hint`)}
              value={load[name]}
              onValueChange={(value) => onChange(withField(load, name, value))}
            />
          ))}
          <DraftModel model={model} load={load} onChange={onChange} />
        </div>
        <LoraList
          value={load.loras ?? []}
          onValueChange={(loras) => onChange(withField(load, 'loras', loras.length === 0 ? undefined : loras))}
        />
        {(several || experts) && (
          <div className="grid grid-cols-1 gap-4 border-t border-line pt-4 @md:grid-cols-2">
            <p className="text-sm text-ink-3 @md:col-span-2">{t('load.nativeOnly')}</p>
            {several && (
              <>
                <NumberField
                  name="mainGpu"
                  value={load.mainGpu}
                  onValueChange={(value) => onChange(withField(load, 'mainGpu', value))}
                />
                <SharesField
                  value={load.tensorSplit}
                  onValueChange={(value) => onChange(withField(load, 'tensorSplit', value))}
                />
              </>
            )}
            {experts && (
              <NumberField
                name="cpuExpertLayers"
                value={load.cpuExpertLayers}
                onValueChange={(value) => onChange(withField(load, 'cpuExpertLayers', value))}
              />
            )}
          </div>
        )}
      </div>
    </details>
  )
}

interface ChoiceProps {
  label: string
  hint: string
  value: boolean | undefined
  onValueChange: (value: boolean | undefined) => void
}

/** On, off, or left to Hearth. */
function Choice({ label, hint, value, onValueChange }: ChoiceProps) {
  const { t } = useTranslation('models')
  return (
    <div className="flex flex-col items-start gap-1.5">
      <span className="text-sm font-semibold">{label}</span>
      <Select
        label={label}
        value={value === undefined ? 'open' : value ? 'on' : 'off'}
        options={[
          { value: 'open', label: t('defaults.open') },
          { value: 'on', label: t('choice.on') },
          { value: 'off', label: t('choice.off') },
        ]}
        onValueChange={(next) => onValueChange(next === 'open' ? undefined : next === 'on')}
      />
      <p className="text-sm text-ink-3">{hint}</p>
    </div>
  )
}

function DraftModel({ model, load, onChange }: LoadAdvancedProps) {
  const { t } = useTranslation('models')
  const all = useModels().value ?? []
  const current = load.draftModel ?? NONE
  const smaller = all.filter((each) => mayGuessFor(model, each))
  const options = [
    { value: NONE, label: t('load.noDraft') },
    ...smaller.map((each) => ({ value: each.name, label: modelTitle(each) })),
  ]
  const known = options.some((option) => option.value === current)
  return (
    <div className="flex flex-col items-start gap-1.5">
      <span className="text-sm font-semibold">{t('param.draftModel.label')}</span>
      <Select
        label={t('param.draftModel.label')}
        value={current}
        options={known ? options : [...options, { value: current, label: current }]}
        onValueChange={(name) => onChange(withField(load, 'draftModel', name === NONE ? undefined : name))}
      />
      <p className="text-sm text-ink-3">{t('param.draftModel.hint')}</p>
    </div>
  )
}

/** Whether a model may guess ahead for another: smaller, and with the same vocabulary as far as that is known. */
function mayGuessFor(model: Model, other: Model): boolean {
  if (other.name === model.name || other.facts.kind !== 'chat' || other.sizeBytes >= model.sizeBytes) return false
  const [own, theirs] = [model.facts.shape?.vocabularySize, other.facts.shape?.vocabularySize]
  return own === undefined || theirs === undefined || own === theirs
}

/** Graphics processors of the interface that has most of them. */
function useGpuCount(): number {
  const probes = useHardware().value?.probes ?? []
  return Math.max(0, ...probes.map((probe) => (probe.outcome === 'works' ? probe.gpus.length : 0)))
}
