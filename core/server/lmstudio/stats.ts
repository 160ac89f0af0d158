import type { FinishEvent } from '../../../shared/domain/generation.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { ServerDeps } from '../deps.ts'

type Deps = Pick<ServerDeps, 'loadedModels' | 'version'>

/** Reasons as this API names them. The engine does not tell a stop string from the model's own end. */
const STOP_REASONS = { stop: 'eosFound', length: 'maxPredictedTokensReached', toolCalls: 'toolCalls' } as const

/** What this API tells of an answer beside OpenAI's fields; seconds, and tokens per second. */
export function statsOf({ timings, usage, reason }: FinishEvent, model: Model, deps: Deps): object {
  const { ttftMs, decodeTps } = timings
  const loaded = deps.loadedModels().find((one) => one.model === model.name)
  const { facts } = model
  return {
    stats: {
      tokens_per_second: decodeTps ?? 0,
      time_to_first_token: (ttftMs ?? 0) / 1000,
      generation_time: decodeTps === null ? 0 : Math.max(0, usage.completion - 1) / decodeTps,
      stop_reason: STOP_REASONS[reason],
    },
    model_info: {
      arch: facts.architecture,
      quant: facts.quantization,
      format: 'gguf',
      context_length: loaded?.contextLength ?? facts.contextLength ?? 0,
    },
    runtime: { name: 'hearth', version: deps.version, supported_formats: ['gguf'] },
  }
}
