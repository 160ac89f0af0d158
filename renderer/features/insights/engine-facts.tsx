import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { useFormat } from '../../lib/format.ts'
import { NOTHING } from './use-metric.ts'

/** How a model runs, as it was really loaded. */
export function EngineFacts({ loaded }: { loaded: LoadedModel }) {
  const { t } = useTranslation('insights')
  const { bytes, number, tokensPerSecond } = useFormat()
  const { contextLength, kvType, backend, gpuLayers, flashAttention, threads, native } = loaded
  const facts = {
    context: contextLength === null ? null : t('unit.tokens', { value: number(contextLength) }),
    kvType: kvType === null ? null : kvType.toUpperCase(),
    backend:
      backend === null
        ? null
        : gpuLayers === null
          ? t(`backend.${backend}`)
          : t('fact.layers', { backend: t(`backend.${backend}`), layers: number(gpuLayers) }),
    flashAttention: flashAttention === null ? null : t(flashAttention ? 'fact.on' : 'fact.off'),
    threads:
      threads === null
        ? null
        : threads.decode === threads.batch
          ? number(threads.decode)
          : t('fact.threadsEach', { decode: number(threads.decode), batch: number(threads.batch) }),
    build: t(native ? 'fact.native' : 'fact.library'),
    speed: t('unit.tps', { value: tokensPerSecond(loaded.decodeTps) }),
    states:
      loaded.stateMemoryBytes + loaded.stateDiskBytes === 0
        ? null
        : t('fact.statesEach', { memory: bytes(loaded.stateMemoryBytes), disk: bytes(loaded.stateDiskBytes) }),
  }
  const names = ['context', 'kvType', 'backend', 'threads', 'flashAttention', 'build', 'speed', 'states'] as const
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 @2xl:grid-cols-4">
      {names.map((name) => (
        <div key={name} className="min-w-0">
          <Tooltip content={t(`fact.${name}Hint`)}>
            <dt className="w-fit text-xs text-ink-3">{t(`fact.${name}`)}</dt>
          </Tooltip>
          <dd className="tabular mt-0.5 text-sm wrap-anywhere">{facts[name] ?? NOTHING}</dd>
        </div>
      ))}
    </dl>
  )
}
