import { createBatching, type InFlight, type Queued, type Step, stepOf } from './batching.ts'

/** What a queue needs of the addon's context; only our build can abort. */
export interface DecodeAddon {
  initBatch(size: number): void
  /** Returns the row in the batch of each output. */
  addToBatch(sequenceId: number, firstIndex: number, tokens: Uint32Array, outputs: Uint32Array): Uint32Array
  decodeBatch(): Promise<void>
  abortDecode?(): boolean
}

/** Tokens of one sequence, and what to do once they are computed. */
export interface Asked<Value> extends Queued {
  readonly tokens: readonly number[]
  /** Which of the tokens something is chosen after, ascending. */
  readonly outputs: readonly number[]
  /** Called for each output, one after the other, with its row in the batch and its place in the context. */
  choose(row: number, place: number): Value | Promise<Value>
  /** Called after each step that computed some, and waited for before the next; with what its sequence holds, plus 1. */
  readonly afterStep?: ((length: number) => unknown) | undefined
}

export interface DecodeQueue {
  /** Resolves with what was chosen. Rejects with what the addon failed with, or with what {@link isAborted} knows. */
  compute<Value>(asked: Asked<Value>): Promise<Value[]>
  /** Runs a task while nothing is computed. Tasks may overlap: the library orders them. */
  alone<T>(task: () => Promise<T>): Promise<T>
  /**
   * Ends the step that is being computed, within milliseconds, for one sequence: what it waits for rejects, and its
   * cache is as it was before the step. Others of the step don't notice: theirs is computed again.
   *
   * @returns false where nothing of it is being computed, or where it can't be undone (the stock addon, recurrent
   *   models and sliding windows): it then ends by itself
   */
  abort(sequence: number): boolean
}

export interface DecodeQueueOptions {
  /** Tokens of a step at most. */
  batchSize: number
  inFlight: InFlight
  /** Told of each step right before it is computed. */
  onStep: (step: Step) => void
}

interface Entry extends Asked<unknown> {
  tokens: readonly number[]
  outputs: readonly number[]
  depth: number
  readonly values: unknown[]
  readonly accept: (values: unknown[]) => void
  readonly reject: (error: unknown) => void
}

/** Of those who don't say, as the library has it. */
export const usualPriority = 5
/** Microtask turns that a step waits for streams that are about to ask for their next token. */
const turnsToWait = 32
const abortMessage = 'Decode aborted'

/** Whether a step was ended by `abort`. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.message === abortMessage
}

/**
 * Computes what sequences ask for, one step after the other, together as {@link createBatching} says. A step waits for
 * all who are in flight and about to ask, but for nobody who is busy elsewhere.
 */
export function createDecodeQueue(
  addon: DecodeAddon,
  { batchSize, inFlight, onStep }: DecodeQueueOptions,
): DecodeQueue {
  const fill = createBatching<Entry>(inFlight)
  const waiting: Entry[] = []
  let isRunning = false
  let tasks = 0
  let step: Promise<void> | null = null
  /** What the addon computes just now, and for which of it that is to end. */
  let decoding: readonly Entry[] = []
  let ended = new Set<number>()

  function start(): void {
    if (isRunning || waiting.length === 0) return
    isRunning = true
    // Who asks in this turn of the event loop comes along.
    setImmediate(() => void run())
  }

  async function run(): Promise<void> {
    for (;;) {
      for (let turn = 0; waiting.length < inFlight.count && turn < turnsToWait; turn++) await Promise.resolve()
      if (waiting.length === 0 || tasks > 0) break
      step = compute()
      await step
      step = null
    }
    isRunning = false
  }

  async function compute(): Promise<void> {
    const batch = fill(waiting, batchSize)
    decoding = batch.map(({ item }) => item)
    const about = stepOf(batch)
    inFlight.onStep?.(about)
    onStep(about)
    let rows: Uint32Array[]
    try {
      addon.initBatch(about.tokens)
      rows = batch.map(({ item, amount }) =>
        addon.addToBatch(
          item.sequence,
          item.depth,
          Uint32Array.from(item.tokens.slice(0, amount)),
          Uint32Array.from(item.outputs.filter((output) => output < amount)),
        ),
      )
      await addon.decodeBatch()
    } catch (error) {
      fail(error)
      return
    } finally {
      decoding = []
      ended = new Set()
    }
    await Promise.all(batch.map(({ item, amount }, index) => advance(item, amount, rows[index] ?? [])))
    for (const { item } of batch) if (item.afterStep !== undefined) await item.afterStep(item.depth + 1)
  }

  /** Whoever was not meant by an abort stays in the queue. */
  function fail(error: unknown): void {
    const hurt = isAborted(error) && ended.size > 0 ? decoding.filter(({ sequence }) => ended.has(sequence)) : decoding
    for (const entry of hurt) {
      remove(entry)
      entry.reject(error)
    }
  }

  function remove(entry: Entry): void {
    waiting.splice(waiting.indexOf(entry), 1)
  }

  async function advance(entry: Entry, amount: number, rows: Iterable<number>): Promise<void> {
    const { depth, outputs } = entry
    const isWhole = amount === entry.tokens.length
    entry.depth += amount
    if (isWhole) remove(entry)
    else {
      entry.tokens = entry.tokens.slice(amount)
      entry.outputs = outputs.filter((output) => output >= amount).map((output) => output - amount)
    }
    try {
      let index = 0
      for (const row of rows) entry.values.push(await entry.choose(row, depth + (outputs[index++] ?? 0)))
    } catch (error) {
      if (!isWhole) remove(entry)
      entry.reject(error)
      return
    }
    if (isWhole) entry.accept(entry.values)
  }

  return {
    compute: <Value>(asked: Asked<Value>) =>
      new Promise<Value[]>((accept, reject) => {
        // The values are those that this one's `choose` gives.
        waiting.push({ ...asked, values: [], accept: accept as (values: unknown[]) => void, reject })
        start()
      }),
    async alone(task) {
      tasks++
      try {
        if (step !== null) await step
        return await task()
      } finally {
        tasks--
        start()
      }
    },
    abort(sequence) {
      if (!decoding.some((entry) => entry.sequence === sequence) || addon.abortDecode?.() !== true) return false
      ended.add(sequence)
      return true
    },
  }
}
