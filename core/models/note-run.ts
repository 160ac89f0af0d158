import type { LoadedModel } from '../../shared/domain/engines.ts'
import { toErrorInfo } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { FinishedAnswer } from '../generation/generate.ts'
import type { Log } from '../lib/log.ts'
import type { Fit } from './fit/fit.ts'
import { DEFAULT_KV_TYPE } from './fit/load-plan.ts'
import type { Library } from './library.ts'

interface NoteRunDeps {
  library: Pick<Library, 'noteUse'>
  fit: Pick<Fit, 'noteRun' | 'measured'>
  pool: { loadedModels(): LoadedModel[] }
  log: Log
  /** Told of the same speeds. */
  onSpeed?: (model: Model, decodeTps: number, contextTokens: number) => void
  /** Monotonic milliseconds. */
  clock?: () => number
}

/**
 * Remembers of each answer that its model was used, and how fast it was when it had the machine to itself from its
 * beginning to its end: steps that several share say nothing about one.
 */
export function noteRun({
  library,
  fit,
  pool,
  log,
  onSpeed,
  clock = () => performance.now(),
}: NoteRunDeps): (answer: FinishedAnswer) => void {
  /** When an answer last ended while another was being written. */
  let sharedUntil = Number.NEGATIVE_INFINITY
  return ({ model, usage, timings, contextTokens }) => {
    const loaded = pool.loadedModels()
    const own = loaded.find((each) => each.model === model.name)
    // This one has left already.
    const others = loaded.reduce((sum, each) => sum + each.active + each.queued, 0)
    const measures = loaded.some((each) => each.tuning !== null)
    const { decodeTps, ttftMs } = timings
    const now = clock()
    const startedAt = now - (ttftMs ?? 0) - (decodeTps === null ? 0 : (usage.completion / decodeTps) * 1000)
    const alone = others === 0 && !measures && sharedUntil < startedAt
    if (others > 0) sharedUntil = now
    if (!own?.backend || !alone || decodeTps === null) {
      library.noteUse(model.name)
      return
    }
    // Half of the answer was there on average while it was written.
    const depth = contextTokens - usage.completion / 2
    onSpeed?.(model, decodeTps, depth)
    fit
      .noteRun(model, {
        decodeTps,
        prefillTps: timings.prefillTps,
        contextTokens: depth,
        backend: own.backend,
        kvType: own.kvType ?? DEFAULT_KV_TYPE,
        completionTokens: usage.completion,
        threads: own.threads?.decode,
      })
      .then(() => library.noteUse(model.name, fit.measured(model) ?? undefined))
      .catch((error: unknown) => log.warn({ error: toErrorInfo(error) }, 'a speed could not be noted'))
  }
}

/** Bytes that models hold which answer nobody: they give way to another. */
export function idleBytes(loaded: readonly LoadedModel[]): number {
  return loaded
    .filter(({ state, active, queued }) => state === 'ready' && active + queued === 0)
    .reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0)
}
