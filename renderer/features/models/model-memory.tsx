import { useTranslation } from 'react-i18next'
import type { EnginesState, LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { Card } from '../../components/ui/card.tsx'
import { Meter } from '../../components/ui/meter.tsx'
import { useFormat } from '../../lib/format.ts'

export interface ModelMemoryProps {
  model: Model
  loaded: LoadedModel | null
  engines: EnginesState | null
}

/** What a model takes of the memory: measured while it is there, at least its weights before. */
export function ModelMemory({ model, loaded, engines }: ModelMemoryProps) {
  const { t } = useTranslation('models')
  const { bytes, number } = useFormat()
  const total = engines?.totalMemoryBytes ?? 0
  if (loaded?.state === 'loading') {
    const percent = Math.floor(loaded.progress * 100)
    return (
      <Card className="flex flex-col gap-2 p-4">
        <p className="text-sm text-ink-2 tabular">{t('memory.loading', { percent: number(percent) })}</p>
        <Meter value={percent} max={100} label={t('memory.loadingLabel')} />
      </Card>
    )
  }
  const measured = loaded?.state === 'ready' ? loaded.memoryBytes : null
  const needed = measured ?? model.sizeBytes
  return (
    <Card className="flex flex-col gap-2 p-4">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="font-semibold">{t('memory.title')}</h3>
        <span className="text-sm tabular text-ink-2">
          {t(measured === null ? 'memory.atLeast' : 'memory.now', { size: bytes(needed), total: bytes(total) })}
        </span>
      </div>
      {total > 0 && <Meter value={Math.min(needed, total)} max={total} label={t('memory.meter')} />}
      <p className="text-sm text-ink-3">
        {measured === null
          ? t(total > 0 && needed > total ? 'memory.tooLarge' : 'memory.estimate')
          : t('memory.measured')}
      </p>
    </Card>
  )
}
