import { beforeEach, describe, expect, it } from 'vitest'
import type { InFlight } from './batching.ts'
import { type Asked, createDecodeQueue, type DecodeAddon, type DecodeQueue, isAborted } from './decode-queue.ts'

/** An addon that notes its batches, and computes each when the test says so. */
class PlayedAddon implements DecodeAddon {
  /** Batches as `sequence@depth:tokens>outputs`. */
  readonly log: string[] = []
  canAbort = true
  #batch: string[] = []
  #rows = 0
  #settle: ((error?: Error) => void) | null = null

  initBatch(size: number): void {
    this.#batch = [`${size}`]
    this.#rows = 0
  }
  addToBatch(sequence: number, depth: number, tokens: Uint32Array, outputs: Uint32Array): Uint32Array {
    this.#batch.push(`${sequence}@${depth}:${tokens.join(',')}>${outputs.join(',')}`)
    const rows = outputs.map((output) => this.#rows + output)
    this.#rows += tokens.length
    return rows
  }
  decodeBatch(): Promise<void> {
    this.log.push(this.#batch.join(' '))
    return new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve() : reject(error))
    })
  }
  abortDecode(): boolean {
    return this.canAbort
  }
  /** Ends the step that is being computed. */
  async settle(error?: Error): Promise<void> {
    await turn()
    const settle = this.#settle
    if (settle === null) throw new Error('Nothing is computed.')
    this.#settle = null
    settle(error)
    await turn()
  }
  get isComputing(): boolean {
    return this.#settle !== null
  }
}

const aborted = () => new Error('Decode aborted')
/** What a promise rejects with; null when it does not. */
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )
/** Longer than everything that follows on a step without another one. */
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

describe('the decode queue', () => {
  let addon: PlayedAddon
  let inFlight: InFlight
  let queue: DecodeQueue
  beforeEach(() => {
    addon = new PlayedAddon()
    inFlight = { count: 0 }
    queue = createDecodeQueue(addon, { batchSize: 4, inFlight, onStep: () => undefined })
  })

  function ask(sequence: number, depth: number, tokens: number[], rest: Partial<Asked<string>> = {}) {
    const choose = (row: number, place: number) => `row ${row} at ${place}`
    return queue.compute({
      sequence,
      depth,
      tokens,
      outputs: [tokens.length - 1],
      priority: 5,
      choose,
      ...rest,
    })
  }

  it('computes together what is asked for in one turn, and chooses after the last token of each', async () => {
    const answers = [ask(1, 5, [7]), ask(0, 9, [8])]
    await addon.settle()
    expect(addon.log).toEqual(['2 0@9:8>0 1@5:7>0'])
    expect(await Promise.all(answers)).toEqual([['row 1 at 5'], ['row 0 at 9']])
  })

  it('tells of each step before it is computed', async () => {
    const steps: object[] = []
    inFlight.onStep = (step) => steps.push({ ...step, computing: addon.isComputing })
    const answer = ask(0, 3, [7])
    await addon.settle()
    await answer
    expect(steps).toEqual([{ tokens: 1, decoding: 1, depth: 3, computing: false }])
  })

  it('waits for a stream that is about to ask', async () => {
    inFlight.count = 2
    const again = ask(0, 0, [1]).then(() => ask(0, 1, [2]))
    const later = ask(1, 0, [1]).then(async () => {
      for (let turns = 0; turns < 15; turns++) await Promise.resolve()
      return ask(1, 1, [2])
    })
    await addon.settle()
    await addon.settle()
    await Promise.all([again, later])
    expect(addon.log.at(-1)).toBe('2 0@1:2>0 1@1:2>0')
  })

  it('does not wait for ever', async () => {
    inFlight.count = 2
    const answer = ask(0, 0, [1])
    await addon.settle()
    expect(await answer).toEqual(['row 0 at 0'])
  })

  it('computes what is larger than a batch in parts, and chooses at its places', async () => {
    const places: number[] = []
    const answer = ask(0, 10, [1, 2, 3, 4, 5, 6], {
      outputs: [1, 3, 4],
      choose: (row, place) => {
        places.push(place)
        return `${row}`
      },
    })
    await addon.settle()
    await addon.settle()
    expect(addon.log).toEqual(['4 0@10:1,2,3,4>1,3', '2 0@14:5,6>0'])
    expect(await answer).toEqual(['1', '3', '0'])
    expect(places).toEqual([11, 13, 14])
  })

  it('waits for what is to be done after a step, with the length that its sequence then has and one more', async () => {
    const lengths: number[] = []
    let done = () => undefined as void
    const afterStep = (length: number) => {
      lengths.push(length)
      return new Promise<void>((resolve) => (done = resolve))
    }
    const first = ask(0, 10, [1, 2, 3], { afterStep })
    await addon.settle()
    await first
    const next = ask(0, 13, [4])
    await turn()
    expect(addon.isComputing).toBe(false)
    done()
    await addon.settle()
    await next
    expect(lengths).toEqual([14])
  })

  it('fails what was in the step with the error of the addon, and goes on with what was not', async () => {
    const first = ask(0, 0, [1, 2, 3])
    const second = ask(1, 0, [4, 5, 6])
    const failed = failureOf(first)
    await addon.settle(new Error('broken'))
    expect(await failed).toEqual(new Error('broken'))
    await addon.settle()
    expect(await second).toEqual(['row 2 at 2'])
  })

  it('fails only the one for which nothing can be chosen', async () => {
    const first = ask(0, 0, [1], { choose: () => Promise.reject(new Error('nothing')) })
    const failed = failureOf(first)
    const second = ask(1, 0, [2])
    await addon.settle()
    expect(await failed).toEqual(new Error('nothing'))
    expect(await second).toEqual(['row 1 at 0'])
    const third = ask(0, 1, [3])
    await addon.settle()
    expect(await third).toEqual(['row 0 at 1'])
  })

  it('asks no more of one that failed in the middle', async () => {
    const answer = ask(0, 0, [1, 2, 3, 4, 5], { outputs: [0], choose: () => Promise.reject(new Error('nothing')) })
    const failed = failureOf(answer)
    await addon.settle()
    expect(await failed).toEqual(new Error('nothing'))
    await turn()
    expect(addon.log).toHaveLength(1)
  })

  describe('alone', () => {
    it('runs a task after the step, and no step meanwhile', async () => {
      const events: string[] = []
      const first = ask(0, 0, [1])
      await turn()
      let done = () => undefined as void
      const task = queue.alone(async () => {
        events.push('task')
        await new Promise<void>((resolve) => (done = resolve))
      })
      await turn()
      expect(events).toEqual([])
      await addon.settle()
      await first
      expect(events).toEqual(['task'])
      const second = ask(0, 1, [2])
      await turn()
      expect(addon.isComputing).toBe(false)
      done()
      await task
      await addon.settle()
      expect(await second).toEqual(['row 0 at 1'])
    })

    it('runs a task before what waits', async () => {
      const answers = [ask(0, 0, [1, 2, 3]), ask(1, 0, [1, 2, 3])]
      await turn()
      let done = () => undefined as void
      const task = queue.alone(() => new Promise<void>((resolve) => (done = resolve)))
      await addon.settle()
      expect(addon.isComputing).toBe(false)
      done()
      await task
      await addon.settle()
      await Promise.all(answers)
    })

    it('goes on only after the last of several tasks', async () => {
      const finish: (() => void)[] = []
      const tasks = [1, 2].map(() => queue.alone(() => new Promise<void>((resolve) => finish.push(resolve))))
      const answer = ask(0, 0, [1])
      await turn()
      finish[0]?.()
      await tasks[0]
      await turn()
      expect(addon.isComputing).toBe(false)
      finish[1]?.()
      await addon.settle()
      await Promise.all([...tasks, answer])
    })

    it('goes on after a task that failed', async () => {
      const answer = ask(0, 0, [1])
      await expect(queue.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
      await addon.settle()
      await answer
    })
  })

  describe('aborting', () => {
    it('ends the one that is meant, and computes the others again from where they were', async () => {
      const first = ask(0, 0, [1])
      const second = ask(1, 4, [2])
      const ended = failureOf(first)
      await turn()
      expect(queue.abort(0)).toBe(true)
      await addon.settle(aborted())
      expect(isAborted(await ended)).toBe(true)
      await addon.settle()
      expect(await second).toEqual(['row 0 at 4'])
      expect(addon.log).toEqual(['2 0@0:1>0 1@4:2>0', '1 1@4:2>0'])
    })

    it('ends several', async () => {
      const both = [ask(0, 0, [1]), ask(1, 4, [2])].map(failureOf)
      await turn()
      queue.abort(0)
      queue.abort(1)
      await addon.settle(aborted())
      expect((await Promise.all(both)).map(isAborted)).toEqual([true, true])
    })

    it('has nothing to end of one that is not in the step, or when it is over', async () => {
      expect(queue.abort(0)).toBe(false)
      const answer = ask(0, 0, [1])
      await turn()
      expect(queue.abort(1)).toBe(false)
      await addon.settle()
      await answer
      expect(queue.abort(0)).toBe(false)
    })

    it('leaves a step alone that can’t be undone', async () => {
      addon.canAbort = false
      const answer = ask(0, 0, [1])
      await turn()
      expect(queue.abort(0)).toBe(false)
      await addon.settle()
      expect(await answer).toEqual(['row 0 at 0'])
    })

    it('says nothing about the next step', async () => {
      const first = ask(0, 0, [1])
      await turn()
      queue.abort(0)
      // It was through before the addon heard of it.
      await addon.settle()
      await first
      const both = [ask(0, 1, [1]), ask(1, 0, [1])]
      const failed = Promise.all(both.map(failureOf))
      await addon.settle(aborted())
      expect((await failed).map(isAborted)).toEqual([true, true])
    })
  })
})
