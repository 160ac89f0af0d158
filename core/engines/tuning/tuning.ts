import { isDeepStrictEqual } from 'node:util'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Backend } from '../../../shared/domain/hardware.ts'
import type { Model, Tuning } from '../../../shared/domain/models.ts'
import type { TuningMeasurement } from '../../../shared/process/engine.ts'
import type { Hardware } from '../../hardware/hardware.ts'
import type { NotedRun } from '../../models/fit/fit.ts'
import type { Library } from '../../models/library.ts'
import type { IdleJob } from '../idle-work.ts'
import type { EnginePool } from '../pool.ts'
import { expectedSpeed, measuredDepths } from './expected-speed.ts'
import { fileKeys, machineKey } from './keys.ts'
import type { TuningStore } from './tuning-store.ts'

export interface TuningDeps {
  library: Pick<Library, 'list' | 'find' | 'setTuning'>
  pool: Pick<EnginePool, 'loadedModels' | 'tune' | 'load' | 'unload'>
  hardware: Pick<Hardware, 'cpu' | 'choice'>
  store: TuningStore
  /** Where speeds are kept that others are predicted from. */
  noteRun: (model: Model, run: NotedRun) => Promise<void>
  /** The engine's version, and whether our own build of it runs with that backend. */
  engine: (backend: Backend) => string
  /** Of the graphics driver; empty where it is not known. */
  driver: () => Promise<string>
  /** Milliseconds since the epoch. */
  now: () => number
}

export interface TuningService extends IdleJob {
  /** Gives every model what was measured of it on this machine, and takes away what was measured on another. */
  settle(): Promise<void>
  /** A model wrote so fast, alone on the machine. Several answers in a row that are far off have it measured again. */
  noteSpeed(model: Model, decodeTps: number, contextTokens: number): void
}

/** Slower than this part of what was measured is slow; so much faster, and something disturbed what was measured. */
const SLOW = 0.6
const FAST = 1.6
/** After so many of them in a row it is measured again, but not more often than that. */
const OFF_ANSWERS = 5
const RECHECK_AFTER_MS = 3_600_000
/** An idle model is loaded anew for settings that make it so much faster. */
const WORTH_RELOADING = 1.1
/** As a run of the speed model: long enough to count. */
const NOTED_TOKENS = 64

/** Measures each model that has answered once on this machine, when it is idle, and keeps what was found. */
export function createTuning(deps: TuningDeps): TuningService {
  const { library, pool, hardware, store } = deps
  const offAnswers = new Map<string, number>()
  let driver: Promise<string> | null = null

  async function machine(): Promise<string> {
    const choice = await hardware.choice()
    // Asking for it takes a second and starts programs on some systems.
    driver ??= deps.driver().catch(() => '')
    return machineKey(await hardware.cpu(), choice, {
      driver: choice.chosen === 'cpu' ? '' : await driver,
      engine: deps.engine(choice.chosen),
    })
  }
  const known = (model: Model, key: string): Tuning | null =>
    fileKeys(model)
      .map((file) => store.get(file, key))
      .find((tuning) => tuning !== null) ?? null

  /** Models of the same weights have it too. */
  function show(key: string, models: readonly Model[] = library.list()): void {
    for (const model of models) {
      const tuning = known(model, key)
      if (!isDeepStrictEqual(tuning, model.tuning)) library.setTuning(model.name, tuning)
    }
  }

  return {
    name: 'tuning',
    ownRequests: 0,
    settle: async () => show(await machine()),
    async next(loaded) {
      const models = loaded.flatMap(({ model }) => library.find(model) ?? [])
      const key = await machine()
      show(key, models)
      const wanting = models.find(
        (model) =>
          model.facts.kind === 'chat' &&
          model.lastUsedAt !== null &&
          (known(model, key) === null || (offAnswers.get(model.name) ?? 0) >= OFF_ANSWERS),
      )
      return wanting?.name ?? null
    },
    async run(name, signal) {
      const model = library.find(name)
      if (!model || model.facts.kind !== 'chat') return
      const { tuning, measured } = await pool.tune(model, signal, () => {})
      signal.throwIfAborted()
      offAnswers.delete(name)
      const found: Tuning = { measuredAt: deps.now(), ...tuning, measured }
      const key = await machine()
      for (const file of fileKeys(model)) store.save(file, key, found)
      show(key)
      const loaded = pool.loadedModels().find((each) => each.model === name)
      if (loaded?.backend) await note(model, found, { backend: loaded.backend, kvType: loaded.kvType ?? 'f16' })
      if (loaded && gain(found, loaded) >= WORTH_RELOADING && !signal.aborted) {
        await reload(library.find(name) ?? model, loaded)
      }
    },
    noteSpeed(model, decodeTps, contextTokens) {
      const expected = model.tuning && expectedSpeed(model.tuning, contextTokens)
      if (!expected || deps.now() - (model.tuning?.measuredAt ?? 0) < RECHECK_AFTER_MS) return
      if (decodeTps >= expected * SLOW && decodeTps <= expected * FAST) offAnswers.delete(model.name)
      else offAnswers.set(model.name, (offAnswers.get(model.name) ?? 0) + 1)
    },
  }

  /** Nobody uses it; whoever comes meanwhile has it loaded with the new settings too. */
  async function reload(model: Model, { unloadAt }: LoadedModel): Promise<void> {
    await pool.unload(model.name)
    await pool.load(model, { by: unloadAt === null ? 'person' : 'program' })
  }

  async function note(model: Model, tuning: Tuning, on: Pick<NotedRun, 'backend' | 'kvType'>): Promise<void> {
    const prefills = tuning.measured.filter(({ what }) => what === 'prefill').map((each) => each.tokensPerSecond)
    for (const { contextTokens, decodeTps } of measuredDepths(tuning)) {
      await deps.noteRun(model, {
        ...on,
        contextTokens,
        decodeTps,
        prefillTps: prefills.length > 0 ? Math.max(...prefills) : null,
        completionTokens: NOTED_TOKENS,
        threads: tuning.decodeThreads,
      })
    }
  }
}

/** How much faster a model writes with what was found than as it is loaded. */
function gain({ measured, decodeThreads, flashAttention }: Tuning, loaded: LoadedModel): number {
  const ratio = (
    what: TuningMeasurement['what'],
    wanted: (setting: string) => boolean,
    is: (setting: string) => boolean,
  ) => {
    const speed = (fits: (setting: string) => boolean) =>
      measured.findLast((each) => each.what === what && fits(each.setting))?.tokensPerSecond
    const [after, before] = [speed(wanted), speed(is)]
    return after === undefined || before === undefined ? 1 : after / before
  }
  const isThreads = (threads: number | undefined) => (setting: string) => setting === String(threads)
  const isAttention = (on: boolean | null) => (setting: string) => setting.startsWith(on === false ? 'off@' : 'on@')
  return (
    ratio('decode', isThreads(decodeThreads), isThreads(loaded.threads?.decode)) *
    ratio('flashAttention', isAttention(flashAttention), isAttention(loaded.flashAttention))
  )
}
