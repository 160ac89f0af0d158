import { toErrorInfo, type ErrorInfo } from '../../../shared/domain/errors.ts'
import type { FitAnswer, FitCandidate, FitEstimate, FitRequest, FitVerdict } from '../../../shared/domain/fit.ts'
import type { Backend, BackendChoice } from '../../../shared/domain/hardware.ts'
import type { KvType, MeasuredSpeed, Model } from '../../../shared/domain/models.ts'
import type { Hardware } from '../../hardware/hardware.ts'
import { planThreads } from '../../hardware/plan-threads.ts'
import { askProbe } from '../../host/ask-probe.ts'
import type { Host } from '../../host/host.ts'
import type { Log } from '../../lib/log.ts'
import { isSupportedArchitecture } from './architectures.ts'
import { contextLengthFor, DESKTOP_SLOTS, loadSteps, planLoad, vramBudget } from './load-plan.ts'
import { longestContext } from './memory.ts'
import { recommend } from './recommend.ts'
import { createSpeedModel, type SpeedModel } from './speed-model.ts'
import type { SpeedStore } from './speed-store.ts'
import { typicalRuns } from './typical-runs.ts'

/** What a run brought, as whoever ran it knows. */
export interface NotedRun {
  decodeTps: number
  prefillTps: number | null
  /** Tokens in the context while it wrote, on average. */
  contextTokens: number
  backend: Backend
  kvType: KvType
  /** Tokens that it wrote. */
  completionTokens: number
  /** Threads that decoded. */
  threads?: number | undefined
}

/** Says how models fit this machine, and learns from how fast they were. */
export interface Fit {
  /** Memory, verdict and expected speed of each candidate, in their order. Measures memory speed when it is not known. */
  estimate(request: FitRequest): Promise<FitAnswer>
  /** Remembers how fast a model wrote. Answers of less than 32 tokens say too little and are passed over. */
  noteRun(model: Pick<Model, 'sizeBytes' | 'facts'>, run: NotedRun): Promise<void>
  /** The last speed of a model in ordinary use. */
  measured(model: Pick<Model, 'sizeBytes'>): MeasuredSpeed | null
  /** Bytes a second that this machine reads from RAM: the best of what was measured, once in each run of the program;
   *  null when it can't be measured. */
  measureBandwidth(): Promise<number | null>
}

export interface FitDeps {
  host: Host
  hardware: Pick<Hardware, 'choice' | 'cpu'>
  speeds: SpeedStore
  memory: { free: () => number; total: () => number }
  /** Bytes that idle models hold: they give way to a new one. */
  idleModelBytes: () => number
  /** Whether an engine loads or answers now: measuring would disturb it and be disturbed. */
  busy: () => boolean
  platform: NodeJS.Platform
  /** Slots that the pool wishes for. */
  wantedSlots?: number
  log: Log
  now: () => number
}

/** More than any processor keeps in its caches. */
const MEASURED_BYTES = 1.5e9
const MEASURE_TIMEOUT_MS = 60_000
/** An answer of fewer tokens says too little about speed. */
const LEAST_TOKENS = 32
/** Part of the budget that stays free when a model fits well. */
const ROOM = 0.85
/** Part of all memory that models may take at all: the system needs the rest. */
const MOST_OF_RAM = 0.9
/** Part of the context that is filled where speed is told: what most conversations need of it. */
const FILLED = 1 / 8
/** macOS calls memory used that it would give at once; so much of all can be had. */
const MAC_AVAILABLE = 0.7

export function createFit(deps: FitDeps): Fit {
  const { host, hardware, speeds, memory, log, now } = deps
  let measuring: Promise<number | null> | null = null
  /** Machines that were measured in this run of the program; a test's may change. */
  const measured = new Set<string>()
  let problem: ErrorInfo | null = null
  /** Made anew when something was measured. */
  let known: { bytesPerSecond: number | null; model: SpeedModel } | null = null

  async function machineName(): Promise<string> {
    const { model, logicalCores, architecture } = await hardware.cpu()
    return JSON.stringify([model, logicalCores, architecture, Math.round(memory.total() / 1e9)])
  }

  async function measure(machine: string): Promise<number | null> {
    const { decodeThreads: threads } = planThreads(await hardware.cpu())
    // The buffers must be in memory beside everything else.
    if (memory.free() < MEASURED_BYTES * 2) return null
    try {
      const request = { type: 'bandwidth' as const, threads, bytes: MEASURED_BYTES }
      const { bytesPerSecond } = await askProbe(host, request, MEASURE_TIMEOUT_MS)
      // Whatever else ran can only have made it slower.
      const best = Math.max(bytesPerSecond, speeds.bandwidth(machine) ?? 0)
      speeds.saveBandwidth(machine, { bytesPerSecond: best, threads, measuredAt: now() })
      problem = null
      log.info({ bytesPerSecond, best, threads }, 'memory bandwidth')
      return best
    } catch (error) {
      problem = toErrorInfo(error)
      log.warn({ error: problem }, 'memory bandwidth')
      return null
    }
  }

  async function bandwidth(): Promise<number | null> {
    const machine = await machineName()
    const remembered = speeds.bandwidth(machine)
    if (!measured.has(machine) && !deps.busy()) {
      measured.add(machine)
      measuring = measure(machine).finally(() => {
        measuring = null
      })
    }
    // Once a program run it is measured again, behind what is told meanwhile.
    return remembered ?? measuring
  }

  async function speedModel(bytesPerSecond: number | null): Promise<SpeedModel> {
    if (known?.bytesPerSecond === bytesPerSecond) return known.model
    const { decodeThreads: threads } = planThreads(await hardware.cpu())
    const model = createSpeedModel({ bytesPerSecond, threads }, typicalRuns(speeds.runs(await machineName())))
    known = { bytesPerSecond, model }
    return model
  }

  function budgets(choice: BackendChoice): FitAnswer['machine'] {
    const total = memory.total()
    const free = deps.platform === 'darwin' ? Math.max(memory.free(), total * MAC_AVAILABLE) : memory.free()
    const unified = choice.gpu?.unifiedMemory === true
    return {
      ramBytes: total,
      ramBudgetBytes: Math.min(total * MOST_OF_RAM, free + deps.idleModelBytes()),
      vramBytes: unified ? 0 : (choice.gpu?.totalMemoryBytes ?? 0),
      vramBudgetBytes: unified ? 0 : vramBudget(choice),
      ramBytesPerSecond: null,
      vramBytesPerSecond: null,
      problem: null,
    }
  }

  return {
    measureBandwidth: bandwidth,
    measured: (model) => speeds.latest(fileKey(model)),
    async noteRun(model, run) {
      if (run.completionTokens < LEAST_TOKENS || !(run.decodeTps > 0)) return
      const { quantization, parameters, shape } = model.facts
      speeds.saveRun(await machineName(), {
        file: fileKey(model),
        backend: run.backend,
        kvType: run.kvType,
        quantization,
        sizeBytes: model.sizeBytes,
        parameters: parameters > 0 ? parameters : null,
        shape,
        contextTokens: run.contextTokens,
        decodeTps: run.decodeTps,
        prefillTps: run.prefillTps,
        threads: run.threads,
        measuredAt: now(),
      })
      known = null
    },
    async estimate({ candidates, contextLength, kvType }) {
      const choice = await hardware.choice()
      // What failed once is not tried again at each move of a slider.
      const ramBytesPerSecond = problem === null ? await bandwidth() : speeds.bandwidth(await machineName())
      const model = await speedModel(ramBytesPerSecond)
      const machine = { ...budgets(choice), ramBytesPerSecond, problem }
      const estimates = candidates.map((candidate) =>
        estimateOne(candidate, {
          contextLength,
          kvType,
          choice,
          machine,
          model,
          slots: deps.wantedSlots ?? DESKTOP_SLOTS,
        }),
      )
      return { estimates, recommended: recommend(candidates, estimates), machine }
    },
  }
}

interface Asked {
  contextLength: number | null
  kvType: KvType
  choice: BackendChoice
  machine: FitAnswer['machine']
  model: SpeedModel
  slots: number
}

function estimateOne(candidate: FitCandidate, asked: Asked): FitEstimate {
  const { contextLength, kvType, choice, machine, model, slots } = asked
  const { id, sizeBytes, shape, parameters, kind, architecture, quantization } = candidate
  const subject = { sizeBytes, shape, parameters, kind, trainedContext: candidate.contextLength }
  const length = contextLengthFor(candidate.contextLength, {}, contextLength ?? undefined)
  const wish = (tokens: number) => ({ settings: { kvType }, contextLength: tokens, slots })
  // As the pool will load it: with as many slots as leave room.
  const { need, gpuLayers, ram } = planLoad(subject, wish(length), choice, machine.ramBudgetBytes).plan
  const onGpu = gpuLayers ?? 0
  const verdict = verdictOf({ ram, onGpu, all: need.ram <= need.process + 1 }, machine)
  const backend: Backend = onGpu > 0 ? choice.chosen : 'cpu'
  const contextTokens = length * FILLED
  const work = { sizeBytes, parameters, quantization, shape, kvType, contextTokens, file: fileKey({ sizeBytes }) }
  const whole = verdict === 'gpu' || backend === 'cpu'
  const speed =
    kind === 'embedding' || verdict === 'no'
      ? null
      : whole
        ? model.predict({ ...work, backend })
        : bothSpeeds(
            model.predict({ ...work, backend }),
            model.predict({ ...work, backend: 'cpu' }),
            need.vram / need.total,
          )
  return {
    id,
    memory: need,
    verdict,
    backend,
    gpuLayers,
    speed,
    maxContextLength: longestContext(candidate.contextLength ?? length, (tokens) => {
      // Context goes before spare slots: one is enough.
      const least = loadSteps(subject, { ...wish(tokens), slots: 1 }, choice)[0]
      return least !== undefined && least.ram <= machine.ramBudgetBytes
    }),
    supported: architecture === null ? null : isSupportedArchitecture(architecture),
  }
}

function verdictOf(
  need: { ram: number; onGpu: number; all: boolean },
  machine: Pick<FitAnswer['machine'], 'ramBytes' | 'ramBudgetBytes'>,
): FitVerdict {
  if (need.ram > machine.ramBytes * MOST_OF_RAM) return 'no'
  if (need.ram > machine.ramBudgetBytes * ROOM) return 'tight'
  if (need.onGpu === 0) return 'cpu'
  return need.all ? 'gpu' : 'partly'
}

type Speed = FitEstimate['speed']

/** A token passes one part after the other: their times add up. */
function bothSpeeds(gpu: Speed, cpu: Speed, onGpu: number): Speed {
  if (gpu === null || cpu === null) return null
  const join = (a: number, b: number) => 1 / (onGpu / a + (1 - onGpu) / b)
  return {
    tokensPerSecond: join(gpu.tokensPerSecond, cpu.tokensPerSecond),
    low: join(gpu.low, cpu.low),
    high: join(gpu.high, cpu.high),
    basis: cpu.basis === 'bandwidth' ? 'bandwidth' : 'calibrated',
  }
}

/** The same weights, wherever they lie: no two models are known that have the same size to the byte. */
function fileKey({ sizeBytes }: { sizeBytes: number }): string {
  return String(sizeBytes)
}
