import type { LoadedModel } from '../../shared/domain/engines.ts'
import { toErrorInfo } from '../../shared/domain/errors.ts'
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
}

/** Remembers of each answer that its model was used, and how fast it was when it had the machine to itself. */
export function noteRun({ library, fit, pool, log }: NoteRunDeps): (answer: FinishedAnswer) => void {
  return ({ model, usage, timings, contextTokens }) => {
    const loaded = pool.loadedModels()
    const own = loaded.find((each) => each.model === model.name)
    const alone = loaded.reduce((sum, each) => sum + each.active + each.queued, 0) <= 1
    if (!own?.backend || !alone || timings.decodeTps === null) {
      library.noteUse(model.name)
      return
    }
    fit
      .noteRun(model, {
        decodeTps: timings.decodeTps,
        prefillTps: timings.prefillTps,
        // Half of the answer was there on average while it was written.
        contextTokens: contextTokens - usage.completion / 2,
        backend: own.backend,
        kvType: model.defaults.load.kvType ?? DEFAULT_KV_TYPE,
        completionTokens: usage.completion,
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
