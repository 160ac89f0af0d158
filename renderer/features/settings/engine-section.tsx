import { Cog, Eraser } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../shared/domain/settings.ts'
import { Button } from '../../components/ui/button.tsx'
import { Select } from '../../components/ui/select.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { useFormat } from '../../lib/format.ts'
import { rpc } from '../../lib/rpc.ts'
import { useEngines } from '../../lib/state/engines.ts'
import { useChangeSettings } from './change.ts'
import { keepAliveChoices, stateChoices } from './engine-choices.ts'
import type { SettingRow, SettingSection } from './rows.ts'
import { useTask } from './use-task.ts'

/** How long models stay in memory, what is kept of conversations, and what is done while nobody waits. */
export function useEngineSection({ engine }: Settings): SettingSection {
  const { t } = useTranslation('settings')
  const { bytes, duration } = useFormat()
  const change = useChangeSettings()
  const { keepAliveMinutes, stateCache, stateCacheBytes, readAhead, autoTune } = engine
  const toggle = (name: 'stateCache' | 'readAhead' | 'autoTune', checked: boolean): SettingRow => ({
    id: name,
    label: t(`engine.${name}.label`),
    hint: t(`engine.${name}.hint`),
    control: (
      <Switch
        label={t(`engine.${name}.label`)}
        checked={checked}
        onCheckedChange={(next) => change({ engine: { [name]: next } })}
      />
    ),
  })
  const keepAlive = (minutes: number): string => {
    if (minutes < 0) return t('engine.keepAlive.always')
    return minutes === 0 ? t('engine.keepAlive.never') : duration(minutes * 60_000)
  }
  const size: SettingRow = {
    id: 'state-size',
    label: t('engine.stateSize.label'),
    hint: t('engine.stateSize.hint'),
    control: (
      <Select
        label={t('engine.stateSize.label')}
        value={String(stateCacheBytes)}
        options={stateChoices(stateCacheBytes).map((each) => ({ value: String(each), label: bytes(each) }))}
        onValueChange={(next) => change({ engine: { stateCacheBytes: Number(next) } })}
      />
    ),
  }
  return {
    id: 'engine',
    title: t('engine.title'),
    icon: Cog,
    rows: [
      {
        id: 'keep-alive',
        label: t('engine.keepAlive.label'),
        hint: t('engine.keepAlive.hint'),
        keywords: 'keep_alive OLLAMA_KEEP_ALIVE TTL',
        control: (
          <Select
            label={t('engine.keepAlive.label')}
            value={String(keepAliveMinutes < 0 ? -1 : keepAliveMinutes)}
            options={keepAliveChoices(keepAliveMinutes).map((each) => ({
              value: String(each),
              label: keepAlive(each),
            }))}
            onValueChange={(next) => change({ engine: { keepAliveMinutes: Number(next) } })}
          />
        ),
      },
      { ...toggle('stateCache', stateCache), keywords: 'KV cache' },
      ...(stateCache ? [size] : []),
      {
        id: 'state-forget',
        label: t('engine.forget.label'),
        hint: t('engine.forget.hint'),
        control: <Forget />,
      },
      toggle('readAhead', readAhead),
      { ...toggle('autoTune', autoTune), keywords: 'benchmark' },
    ],
  }
}

/** Erases what is kept of conversations, and says how much that is as far as models in memory tell. */
function Forget() {
  const { t } = useTranslation('settings')
  const { bytes } = useFormat()
  const models = useEngines().value?.models ?? []
  const kept = models.reduce((sum, model) => sum + model.stateMemoryBytes + model.stateDiskBytes, 0)
  const { busy, run } = useTask()
  const forget = async () => {
    if (await run(() => rpc().engines.forgetStates())) toast({ tone: 'good', title: t('engine.forget.done') })
  }
  return (
    <span className="flex items-center gap-3">
      {kept > 0 && <span className="tabular text-sm text-ink-3">{bytes(kept)}</span>}
      <Button icon={Eraser} busy={busy} onClick={() => void forget()}>
        {t('engine.forget.action')}
      </Button>
    </span>
  )
}
