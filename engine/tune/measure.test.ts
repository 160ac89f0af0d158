import { describe, expect, it } from 'vitest'
import type { EngineTuning } from '../../shared/process/engine.ts'
import type { BenchContext, BenchSettings } from './bench-context.ts'
import { measure, type MeasureDeps } from './measure.ts'
import { mostModest, percentile90, threadCounts } from './score.ts'

/** How a machine behaves: ms of a step that writes, and of a token that is read. */
interface Machine {
  decode(threads: number, depth: number, flashAttention: boolean): number
  prefill(threads: number, batch: number, depth: number, flashAttention: boolean): number
}

const present: EngineTuning = {
  decodeThreads: 8,
  batchThreads: 8,
  decodeBatchMax: 8,
  flashAttention: true,
  batchSize: 256,
}

/** A machine that needs no time but on its own clock. */
function played(machine: Partial<Machine>, more: Partial<MeasureDeps> = {}) {
  let time = 0
  const opened: (BenchSettings & { disposed: boolean })[] = []
  const decode = machine.decode ?? (() => 10)
  const prefill = machine.prefill ?? (() => 1)
  const open = async (settings: BenchSettings): Promise<BenchContext> => {
    const context = { ...settings, disposed: false }
    opened.push(context)
    let depth = 0
    return {
      get depth() {
        return depth
      },
      async decode(threads, { steps, ms, giveUpAbove }) {
        const times: number[] = []
        const startedAt = time
        while (times.length < steps && time - startedAt <= ms && (times.at(-1) ?? 0) <= giveUpAbove) {
          const took = decode(threads, depth++, settings.flashAttention)
          time += took
          times.push(took)
        }
        return times
      },
      async prefill(tokens, threads) {
        const took = tokens * prefill(threads, tokens, depth, settings.flashAttention)
        depth += tokens
        time += took
        return took
      },
      async clear() {
        depth = 0
      },
      async dispose() {
        context.disposed = true
      },
    }
  }
  const deps: MeasureDeps = {
    open,
    cores: 8,
    present,
    mayChangeAttention: true,
    contextLength: 8192,
    signal: new AbortController().signal,
    now: () => time,
    ...more,
  }
  return { run: () => measure(deps), opened, elapsed: () => time }
}

describe('what is measured', () => {
  it('decides the threads: all cores for prompts, one less for writing where that costs next to nothing', async () => {
    const { run, opened } = played({
      decode: (threads) => ({ 1: 40, 4: 15, 7: 10.2, 8: 10 })[threads] ?? 99,
      prefill: (threads) => 4 / threads,
    })
    const result = await run()
    expect(result?.tuning).toMatchObject({ decodeThreads: 7, batchThreads: 8 })
    expect(result?.measured.filter(({ what }) => what === 'decode').map(({ setting }) => setting)).toEqual([
      '1',
      '4',
      '7',
      '8',
    ])
    expect(opened.every(({ disposed }) => disposed)).toBe(true)
  })

  it('is the 90th percentile: threads that stall now and then lose to fewer that do not', async () => {
    let step = 0
    const { run } = played({ decode: (threads) => (threads === 8 && step++ % 5 === 4 ? 400 : threads === 8 ? 5 : 12) })
    expect((await run())?.tuning.decodeThreads).toBe(1)
  })

  it('takes little time even where many threads take seconds for a token', async () => {
    const { run, elapsed } = played({
      decode: (threads) => (threads > 4 ? 3000 : 20),
      prefill: (threads) => (threads > 4 ? 400 : 2),
    })
    const result = await run()
    expect(result?.tuning).toMatchObject({ decodeThreads: 1, batchThreads: 4 })
    expect(elapsed()).toBeLessThan(20_000)
  })

  it('decides up to which batch the threads for writing do', async () => {
    const { run } = played({
      decode: (threads) => (threads === 4 ? 5 : 10),
      prefill: (threads, batch) => (batch <= 4 ? 1 : threads === 8 ? 1 : 2),
    })
    expect((await run())?.tuning).toMatchObject({ decodeThreads: 4, batchThreads: 8, decodeBatchMax: 4 })
  })

  it('takes larger batches only where they are clearly quicker and none takes long', async () => {
    const quick = played({ prefill: (_, batch) => (batch >= 512 ? 0.1 : 0.2) })
    expect((await quick.run())?.tuning.batchSize).toBe(512)
    const slow = played({ prefill: (_, batch) => (batch >= 512 ? 1 : 2) })
    expect((await slow.run())?.tuning.batchSize).toBe(256)
    expect(Math.max(...slow.opened.map(({ batchSize }) => batchSize))).toBe(256)
  })

  it('turns flash attention off where it is slow in deep contexts, and tells both', async () => {
    const { run } = played({
      decode: (_, depth, flashAttention) => (flashAttention ? 10 + depth / 50 : 11 + depth / 200),
      prefill: () => 0.4,
    })
    const result = await run()
    expect(result?.tuning.flashAttention).toBe(false)
    const settings = result?.measured.filter(({ what }) => what === 'flashAttention').map(({ setting }) => setting)
    expect(settings).toEqual(['on@0', 'on@2048', 'off@0', 'off@2048'])
  })

  it('compares how prompts are read by whole tiles, or not at all where one takes too long', async () => {
    const { run } = played({
      prefill: (_, batch, __, flashAttention) => (flashAttention ? (batch >= 64 ? 2 : 4) : 2.8),
    })
    expect((await run())?.tuning.flashAttention).toBe(true)
    const slow = played({ prefill: (_, __, ___, flashAttention) => (flashAttention ? 18 : 6) })
    expect((await slow.run())?.tuning.flashAttention).toBe(true)
  })

  it('leaves flash attention alone where the cache needs it', async () => {
    const { run, opened } = played({}, { mayChangeAttention: false })
    await run()
    expect(opened.every(({ flashAttention }) => flashAttention)).toBe(true)
  })

  it('leaves the rest as it was when there is no time or no room for it', async () => {
    const slow = played({ decode: () => 4000, prefill: () => 300 })
    expect((await slow.run())?.tuning).toMatchObject({ flashAttention: true, batchSize: 256, decodeBatchMax: 8 })
    expect(await played({}, { open: async () => null }).run()).toBeNull()
  })

  it('ends with the step or chunk that runs when it is aborted, and disposes of its context', async () => {
    const stop = new AbortController()
    let steps = 0
    const { run, opened, elapsed } = played(
      {
        decode: () => {
          if (++steps === 3) stop.abort(new Error('enough'))
          return 10
        },
      },
      { signal: stop.signal },
    )
    await expect(run()).rejects.toThrow('enough')
    expect(elapsed()).toBeLessThan(500)
    expect(opened.map(({ disposed }) => disposed)).toEqual([true])
  })
})

describe('scores', () => {
  it('are the value that nine of ten steps keep to', () => {
    expect(percentile90([1, 1, 1, 1, 1, 1, 1, 1, 1, 9])).toBe(1)
    expect(percentile90([1, 9])).toBe(9)
    expect(percentile90([])).toBe(Number.POSITIVE_INFINITY)
  })

  it('prefer the first of those that are nearly as good as the best', () => {
    const scored = [20, 96, 100].map((tokensPerSecond, setting) => ({ setting, tokensPerSecond }))
    expect(mostModest(scored)).toBe(1)
    expect(mostModest([])).toBeNull()
  })

  it('are made of each thread count once', () => {
    expect(threadCounts(1)).toEqual({ decode: [1], batch: [1] })
    expect(threadCounts(2)).toEqual({ decode: [1, 2], batch: [1, 2] })
    expect(threadCounts(8)).toEqual({ decode: [1, 4, 7, 8], batch: [4, 8] })
  })
})
