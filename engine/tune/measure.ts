import type { EngineTuning, TuningMeasurement } from '../../shared/process/engine.ts'
import type { BenchContext, BenchSettings } from './bench-context.ts'
import { tileTokens } from '../pace.ts'
import { mostModest, percentile90, type Scored, threadCounts } from './score.ts'

/** ms that it takes at most, but for the step or chunk that runs. */
const BUDGET_MS = 9_000
/** ms of a batch at most, so that whoever comes waits no longer. */
const CHUNK_MS = 300
const ROUNDS = 2
/** Within each round. */
const DECODE_LIMITS = { steps: 24, ms: 250 }
const CHUNKS = 3
const SMALL_CHUNK = 8
/** So many times the cost of the best, a setting is not tried further. */
const HOPELESS = 3
const SMALL_BATCHES = [2, 4, 8, 16, 32]
const BATCH_SIZES = [256, 512, 1024]
const DEPTH = 2048
const FILL_MS = 1_500
/** Where other threads do as well as those that are measured apart. */
const BETTER = 1.05
/** Another way of attention must be clearly better at what a conversation does: machines are noisy, and it is kept. */
const CLEARLY_BETTER = 1.1

export interface MeasureDeps {
  /** Null where there is no memory for it, or the model can't. */
  open(settings: BenchSettings): Promise<BenchContext | null>
  /** Physical ones, as far as this process may use them. */
  cores: number
  /** With which the model was loaded. */
  present: EngineTuning
  /** False for a quantized KV cache, which can't be read without flash attention. */
  mayChangeAttention: boolean
  /** Tokens of a context at most. */
  contextLength: number
  signal: AbortSignal
  now: () => number
}

export interface Measured {
  tuning: EngineTuning
  measured: TuningMeasurement[]
}

/**
 * Tries the settings one after the other, the most important first; what no time was left for stays as it is.
 *
 * @throws the signal's reason after the step or chunk that runs; null when no context could be made
 */
export async function measure(deps: MeasureDeps): Promise<Measured | null> {
  const { present, signal, now } = deps
  const endsAt = now() + BUDGET_MS
  const inTime = () => now() < endsAt
  const measured: TuningMeasurement[] = []
  const tuning = { ...present }
  const contextSize = Math.min(DEPTH + 4 * (BATCH_SIZES[0] ?? 0), deps.contextLength)
  const settings = (more: Partial<BenchSettings> = {}): BenchSettings => ({
    contextSize,
    batchSize: Math.min(BATCH_SIZES[0] ?? 0, contextSize),
    flashAttention: tuning.flashAttention,
    mostThreads: deps.cores,
    ...more,
  })
  const first = await deps.open(settings())
  if (first === null) return null
  const prefillMs = await using(first, async () => {
    // The first tokens wait for the disk.
    await first.prefill(1, present.decodeThreads)
    const counts = threadCounts(deps.cores)
    const decoding = await tryDecodeThreads(first, counts.decode, signal)
    tuning.decodeThreads = mostModest(decoding) ?? tuning.decodeThreads
    note('decode', decoding)
    const prefilling = await tryBatchThreads(first, counts.batch, signal)
    tuning.batchThreads = mostModest(prefilling) ?? tuning.batchThreads
    note('prefill', prefilling)
    if (tuning.decodeThreads !== tuning.batchThreads && inTime()) {
      tuning.decodeBatchMax = await findDecodeBatchMax(first, tuning, signal)
    }
    return 1000 / Math.max(...prefilling.map(({ tokensPerSecond }) => tokensPerSecond))
  })

  const sizes = BATCH_SIZES.filter((size) => size * prefillMs <= CHUNK_MS && size < contextSize)
  if (sizes.length > 1 && inTime()) {
    const larger = await deps.open(settings({ batchSize: Math.max(...sizes) }))
    if (larger !== null) {
      const tried = await using(larger, () => tryBatchSizes(larger, sizes, tuning.batchThreads, signal))
      tuning.batchSize = mostModest(tried) ?? tuning.batchSize
      note('batchSize', tried)
    }
  }
  if (deps.mayChangeAttention && inTime()) {
    const both = await tryAttention(deps, tuning, settings, { prefillMs, endsAt })
    if (both !== null) {
      measured.push(...both.measured)
      tuning.flashAttention = both.better
    }
  }
  signal.throwIfAborted()
  return { tuning, measured }

  function note(what: TuningMeasurement['what'], tried: readonly Scored<number>[]): void {
    for (const { setting, tokensPerSecond } of tried) {
      measured.push({ what, setting: String(setting), tokensPerSecond })
    }
  }
}

/** In rounds, because the same setting can be quick now and slow in a second. */
async function tryDecodeThreads(
  context: BenchContext,
  counts: readonly number[],
  signal: AbortSignal,
): Promise<Scored<number>[]> {
  const steps = new Map(counts.map((count): [number, number[]] => [count, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [count, times] of steps) {
      signal.throwIfAborted()
      const giveUpAbove = HOPELESS * Math.min(...[...steps.values()].map(percentile90))
      if (times.length > 0 && percentile90(times) > giveUpAbove) continue
      times.push(...(await context.decode(count, { ...DECODE_LIMITS, giveUpAbove })))
    }
  }
  return scored(steps)
}

async function tryBatchThreads(
  context: BenchContext,
  counts: readonly number[],
  signal: AbortSignal,
): Promise<Scored<number>[]> {
  // A few tokens first: where threads wait for one that is not running, a whole chunk would take half a minute.
  const first = new Map<number, number>()
  for (const count of counts) {
    signal.throwIfAborted()
    await context.clear()
    first.set(count, (await context.prefill(SMALL_CHUNK, count)) / SMALL_CHUNK)
  }
  const best = Math.min(...first.values())
  const size = chunkFor(best)
  const costs = new Map(counts.map((count): [number, number[]] => [count, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [count, times] of costs) {
      if ((first.get(count) ?? 0) > best * HOPELESS) continue
      for (let chunk = 0; chunk < CHUNKS - 1; chunk++) {
        signal.throwIfAborted()
        await context.clear()
        times.push((await context.prefill(size, count)) / size)
      }
    }
  }
  for (const [count, times] of costs) if (times.length === 0) times.push(first.get(count) ?? Number.POSITIVE_INFINITY)
  return scored(costs)
}

/** The largest small batch that the threads for decoding compute as quickly as those for prompts. */
async function findDecodeBatchMax(context: BenchContext, tuning: EngineTuning, signal: AbortSignal): Promise<number> {
  await context.clear()
  let largest = 1
  for (const size of SMALL_BATCHES) {
    const costs: Record<'decode' | 'batch', number[]> = { decode: [], batch: [] }
    for (let chunk = 0; chunk < CHUNKS; chunk++) {
      signal.throwIfAborted()
      costs.decode.push(await context.prefill(size, tuning.decodeThreads))
      costs.batch.push(await context.prefill(size, tuning.batchThreads))
    }
    if (percentile90(costs.decode) > percentile90(costs.batch) * BETTER) break
    largest = size
  }
  return largest
}

async function tryBatchSizes(
  context: BenchContext,
  sizes: readonly number[],
  threads: number,
  signal: AbortSignal,
): Promise<Scored<number>[]> {
  const costs = new Map(sizes.map((size): [number, number[]] => [size, []]))
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    for (const [size, times] of costs) {
      signal.throwIfAborted()
      await context.clear()
      times.push((await context.prefill(size, threads)) / size)
    }
  }
  return scored(costs)
}

interface AttentionSpeed {
  shallow: number
  /** Null where a chunk that fills a tile takes too long: smaller ones say nothing about how prompts are read. */
  prefill: number | null
  depth: number
  deep: number
}

async function tryAttention(
  { open, signal, now, contextLength }: MeasureDeps,
  tuning: EngineTuning,
  settings: (more: Partial<BenchSettings>) => BenchSettings,
  { prefillMs, endsAt }: { prefillMs: number; endsAt: number },
): Promise<{ better: boolean; measured: TuningMeasurement[] } | null> {
  const most = Math.min(DEPTH, contextLength - 2 * DECODE_LIMITS.steps)
  const room = most < tileTokens ? most : most - (most % tileTokens)
  const speeds = new Map<boolean, AttentionSpeed>()
  for (const flashAttention of [tuning.flashAttention, !tuning.flashAttention]) {
    const context = await open(settings({ flashAttention }))
    if (context === null) return null
    const other = speeds.get(!flashAttention)
    const speed = await using(context, () =>
      attentionSpeed(context, tuning, {
        depth: other?.depth ?? room,
        fillUntil: other === undefined ? now() + FILL_MS : endsAt,
        prefillMs,
        signal,
        now,
      }),
    )
    speeds.set(flashAttention, speed)
  }
  const [on, off] = [speeds.get(true), speeds.get(false)]
  if (on === undefined || off === undefined) return null
  // Where time ran out before the same depth was reached, only the beginnings can be compared.
  const same = Math.min(on.depth, off.depth) > 0.8 * Math.max(on.depth, off.depth)
  const tiled = on.prefill !== null && off.prefill !== null
  const score = ({ shallow, prefill, deep }: AttentionSpeed) =>
    Math.cbrt(shallow * (tiled && prefill !== null ? prefill : shallow) * (same ? deep : shallow))
  const [mine, others] = tuning.flashAttention ? [on, off] : [off, on]
  const measured = [...speeds].flatMap(([flashAttention, { shallow, deep, depth }]) => {
    const setting = flashAttention ? 'on' : 'off'
    return [
      { what: 'flashAttention' as const, setting: `${setting}@0`, tokensPerSecond: shallow },
      { what: 'flashAttention' as const, setting: `${setting}@${depth}`, tokensPerSecond: deep },
    ]
  })
  return {
    better: score(others) > score(mine) * CLEARLY_BETTER ? !tuning.flashAttention : tuning.flashAttention,
    measured,
  }
}

async function attentionSpeed(
  context: BenchContext,
  { decodeThreads, batchThreads }: EngineTuning,
  asked: { depth: number; fillUntil: number; prefillMs: number; signal: AbortSignal; now: () => number },
): Promise<AttentionSpeed> {
  const decode = async () => {
    asked.signal.throwIfAborted()
    return (
      1000 /
      percentile90(await context.decode(decodeThreads, { ...DECODE_LIMITS, giveUpAbove: Number.POSITIVE_INFINITY }))
    )
  }
  await context.prefill(16, batchThreads)
  const shallow = await decode()
  await context.clear()
  let msPerToken = asked.prefillMs
  let ms = 0
  let tiled = true
  while (context.depth < asked.depth && (context.depth === 0 || asked.now() < asked.fillUntil)) {
    asked.signal.throwIfAborted()
    const size = Math.min(tilesFor(msPerToken), asked.depth - context.depth)
    tiled &&= size >= tileTokens
    const took = await context.prefill(size, batchThreads)
    ms += took
    msPerToken = took / size
  }
  const { depth } = context
  return { shallow, depth, prefill: tiled ? (depth / ms) * 1000 : null, deep: await decode() }
}

/** @param costs ms of a token, or of a step, by setting */
function scored(costs: ReadonlyMap<number, readonly number[]>): Scored<number>[] {
  return [...costs].map(([setting, times]) => ({ setting, tokensPerSecond: 1000 / percentile90(times) }))
}

/** Tokens of a chunk that takes about half of what a batch may take. */
function chunkFor(msPerToken: number): number {
  return Math.max(8, Math.min(BATCH_SIZES[0] ?? 0, Math.floor(CHUNK_MS / 2 / Math.max(msPerToken, 1e-3))))
}

/** As `chunkFor`, but whole tiles of attention where one takes no longer than a batch may. */
function tilesFor(msPerToken: number): number {
  const size = chunkFor(msPerToken)
  return size >= tileTokens / 2 ? Math.max(tileTokens, size - (size % tileTokens)) : size
}

async function using<T>(context: BenchContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await context.dispose()
  }
}
