import type { MemoryRung } from '../../shared/domain/engines.ts'
import { AppError, toErrorInfo } from '../../shared/domain/errors.ts'
import type { Backend, BackendChoice } from '../../shared/domain/hardware.ts'
import type { Model, ModelCheck } from '../../shared/domain/models.ts'
import type { StateCacheOptions } from '../../shared/process/engine.ts'
import type { Hardware } from '../hardware/hardware.ts'
import type { Host } from '../host/host.ts'
import type { Log } from '../lib/log.ts'
import { type LoadPlan, loadSteps, rungsBetween, stepAfter } from '../models/fit/load-plan.ts'
import type { Notices } from '../system/notices.ts'
import { modelUnloaded } from './engine-errors.ts'
import { type EngineProcess, startEngineProcess } from './engine-process.ts'
import type { Entry } from './entry.ts'
import { loadOptions, settingsOf, subjectOf } from './load-options.ts'
import type { MachineMemory } from './machine-memory.ts'
import { firstToGo, makeRoom, refusal, type Wanted } from './make-room.ts'
import type { Quarantines } from './quarantine.ts'
import type { StateFolders } from './state-folders.ts'

export interface StartDeps {
  host: Host
  hardware: Pick<Hardware, 'choice' | 'cpu'>
  notices: Notices
  log: Log
  clock: () => number
  memory: MachineMemory
  wantedSlots: number
  quarantines: Quarantines
  findModel: (name: string) => Model | undefined
  nativeAddon: (backend: Backend) => string | null
  /** Tries a file that nobody knows in a throwaway process, and keeps what was found. */
  check: ((model: Model) => Promise<ModelCheck | null>) | null
  /** Null while conversations are not kept. */
  stateFolders: () => StateFolders | null
  entries: () => Entry[]
  /** Whether the entry still is to be loaded: it may have been unloaded meanwhile. */
  isWanted: (entry: Entry) => boolean
  /** Ends an idle model; resolves when its memory is free. */
  evict: (entry: Entry, goodFor: Model) => Promise<void>
  onProcess: (entry: Entry, process: EngineProcess) => void
  onChange: () => void
}

/**
 * Puts a model into memory: tries what is unknown, makes room, and goes down the ladder when memory is short, whether
 * that was reckoned or turned out. A GPU that fails is replaced by the processor.
 *
 * @throws AppError `model_quarantined`, `out_of_memory`, `model_…`, `engine_…`, `cancelled` when it was unloaded meanwhile
 */
export async function startEngine(entry: Entry, deps: StartDeps): Promise<void> {
  const { hardware, notices, log, quarantines } = deps
  const { model } = entry
  const choice = await hardware.choice()
  entry.quarantineKey = quarantineKey(model, choice.chosen)
  quarantines.assertFree(model.name, entry.quarantineKey)
  if (choice.fallbackFrom) {
    notices.add('warning', {
      code: 'backend_failed',
      message: `${choice.fallbackFrom} does not work here. Hearth uses ${choice.chosen} instead.`,
      suggestion: 'Settings → This computer says why.',
      data: { wanted: choice.fallbackFrom, used: choice.chosen },
    })
  }
  await tryUnknown(model, choice, deps.check)
  try {
    await descend(entry, choice, deps)
  } catch (error) {
    if (choice.chosen === 'cpu' || !deps.isWanted(entry)) throw error
    log.warn({ model: model.name, backend: choice.chosen, error: toErrorInfo(error) }, 'backend failed, trying cpu')
    await descend(entry, { ...choice, chosen: 'cpu', gpu: null }, deps)
    notices.add('warning', {
      code: 'backend_failed',
      message: `${model.name} could not be loaded with ${choice.chosen}. The processor does the work instead.`,
      suggestion: 'Settings → This computer lets you choose what computes.',
      data: { wanted: choice.chosen, used: 'cpu', model: model.name },
    })
  }
  tellRungs(entry, notices)
}

/** The settings with which a model dies; another backend is another setting. */
function quarantineKey(model: Model, backend: Backend): string {
  return JSON.stringify({ backend, settings: settingsOf(model) })
}

/** A file that a person brought and nobody has tried may crash or hang whoever reads it. */
async function tryUnknown(model: Model, choice: BackendChoice, check: StartDeps['check']): Promise<void> {
  if (check === null || model.origin !== 'local' || model.check !== null) return
  const found = await check(model)
  if (!found?.error || found.loads !== false) return
  const { code } = found.error
  // Memory has its ladder, and another backend may do what this one could not.
  if (code === 'out_of_memory' || (choice.chosen !== 'cpu' && !code.startsWith('model_file'))) return
  throw new AppError(found.error)
}

async function descend(entry: Entry, choice: BackendChoice, deps: StartDeps): Promise<void> {
  const { model } = entry
  const wanted: Wanted = {
    model,
    choice,
    subject: subjectOf(model, choice.chosen, deps.findModel),
    wish: {
      settings: model.defaults.load,
      contextLength: entry.explicitContext ? entry.wantedContext : undefined,
      slots: deps.wantedSlots,
    },
  }
  const steps = loadSteps(wanted.subject, wanted.wish, choice)
  const evict = (victim: Entry) => deps.evict(victim, model)
  const room = await makeRoom(wanted, { ...deps, evict })
  let { plan } = room
  const evicted = room.rungs.filter((rung) => rung.kind === 'evicted')
  for (;;) {
    const first = steps[0] ?? plan
    entry.rungs = [...evicted, ...rungsBetween(first, plan)]
    try {
      return await startWith(entry, plan, choice.chosen, deps)
    } catch (error) {
      if (!deps.isWanted(entry) || toErrorInfo(error).code !== 'out_of_memory') throw error
      deps.log.warn({ model: model.name, plan, error: toErrorInfo(error) }, 'out of memory while loading')
      const victim = firstToGo(deps.entries(), deps.clock())
      if (victim) {
        evicted.push({ kind: 'evicted', model: victim.model.name })
        await evict(victim)
        continue
      }
      const next = stepAfter(steps, plan)
      // More was free than it took, as it seemed: what would fit is less than that.
      if (!next) throw refusal(wanted, Math.min(deps.memory.free(), plan.ram * 0.9))
      plan = next
    }
  }
}

async function startWith(entry: Entry, plan: LoadPlan, backend: Backend, deps: StartDeps): Promise<void> {
  const { model } = entry
  entry.plan = plan
  const isReduced = entry.rungs.some(({ kind }) => kind === 'gpuLayers')
  const gpuLayers = isReduced ? plan.gpuLayers : (model.defaults.load.gpuLayers ?? null)
  const options = loadOptions(
    model,
    { ...plan, gpuLayers },
    {
      cpu: await deps.hardware.cpu(),
      backend,
      nativeAddon: deps.nativeAddon(backend),
      stateCache: null,
      findModel: deps.findModel,
    },
  )
  const { stateCache: _, ...rest } = options
  const stateCache: StateCacheOptions | null =
    model.facts.kind === 'chat' ? ((await deps.stateFolders()?.optionsFor(model, rest)) ?? null) : null
  // Unloaded while the hardware was asked.
  if (!deps.isWanted(entry)) throw new AppError(modelUnloaded(model.name))
  entry.options = { ...options, stateCache }
  entry.watchdog.forgive()
  const process = startEngineProcess(deps.host, entry.options, model.name, {
    onProgress(progress) {
      entry.progress = progress
      entry.watchdog.heard()
      for (const listener of entry.progressListeners) listener(progress)
      deps.onChange()
    },
    onHeartbeat(heartbeat) {
      if (entry.process !== process) return
      entry.heartbeat = heartbeat
      entry.watchdog.heard(heartbeat.steps)
      deps.onChange()
    },
  })
  deps.onProcess(entry, process)
  try {
    const ready = await process.ready
    entry.loaded = ready
    entry.backend = ready.backend
  } catch (error) {
    // The memory of the failed attempt must be back before the next one is reckoned.
    await process.exited
    throw error
  }
}

function tellRungs(entry: Entry, notices: Notices): void {
  const { model, plan, rungs } = entry
  if (!plan || rungs.every(({ kind }) => kind === 'evicted' || kind === 'slots')) return
  const { contextLength, slots, kvType } = plan
  notices.add('info', {
    code: 'memory_short',
    message: `Memory is short: ${model.name} was loaded with ${contextLength} tokens of context, ${slots} answers at a time and a ${kvType} cache.`,
    suggestion: 'Close other programs or unload other models, then load it again.',
    data: { model: model.name, contextLength, slots, kvType, rungs: JSON.stringify(rungs satisfies MemoryRung[]) },
  })
}
