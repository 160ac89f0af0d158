import { resolve } from 'node:path'
import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp'
import { type AheadAddon, replace, runAhead } from './native-ahead.ts'

/** What our build of the addon adds to a context. */
export interface NativeContext {
  /** Threads of the next steps: while single tokens are decoded, and while more than one is computed. */
  setThreads(decode: number, batch: number): void
  /**
   * Ends the step that is being computed, within milliseconds: what these sequences wait for rejects with an error
   * that {@link isAborted} knows, and their cache is as it was before the step. Other sequences of the step don't
   * notice: theirs is computed again. Without sequences it ends for all.
   *
   * @returns false where nothing of theirs is being computed, or where it can't be undone (recurrent models and
   *   sliding windows): it then ends by itself
   */
  abort(sequences?: readonly LlamaContextSequence[]): boolean
  /** The state of a sequence, cache and tokens, as bytes. */
  saveSequence(sequence: LlamaContextSequence): Promise<Uint8Array>
  /**
   * Makes a sequence continue from saved bytes. Rejects, with the sequence empty, when they are damaged, cut off, or of
   * a context that does not fit.
   */
  loadSequence(sequence: LlamaContextSequence, state: Uint8Array): Promise<void>
}

/** A prompt or token that waits to be computed, as the library keeps it. */
interface QueuedDecode {
  sequenceId: number
  tokens: number[]
  logits: (boolean | undefined)[]
  firstTokenSequenceIndex: number
}

/** What of the library is used beyond its documentation; its version is pinned, and a test covers it. */
interface ContextInternals {
  _ctx: AddonContext
  _queuedDecodes: QueuedDecode[]
  _queuedDecodeSequenceIds: Set<number>
  _dispatchErrorForQueuedDecodesAndDequeue(items: Set<QueuedDecode>, error: unknown): void
}

interface AddonContext extends AheadAddon {
  setThreads(decode: number, batch: number): void
  saveSequenceStateToFile(path: string, sequenceId: number, tokens: Uint32Array): Promise<number>
  loadSequenceStateFromFile(path: string, sequenceId: number, maxTokens: number): Promise<Uint32Array>
  abortDecode?(): boolean
  getSequenceState(sequenceId: number, tokens: Uint32Array): Promise<Uint8Array>
  setSequenceState(sequenceId: number, state: Uint8Array, maxTokens: number): Promise<Uint32Array>
}

/** What one sequence has in the batch that is being computed. */
interface BatchPart {
  firstIndex: number
  tokens: number[]
  logitIndexes: Set<number>
}

const abortMessage = 'Decode aborted'
const known = new WeakMap<LlamaContext, NativeContext>()

/** What our build adds to a context; null with the library's own addon. */
export function nativeContext(context: LlamaContext): NativeContext | null {
  const existing = known.get(context)
  if (existing !== undefined) return existing
  const internals = context as unknown as ContextInternals // its fields are marked internal
  if (internals._ctx.abortDecode === undefined) return null
  const isEnd = (token: number) => context.model.isEogToken(token as Token) // its brand is the library's
  const made = createNativeContext(internals, isEnd)
  known.set(context, made)
  return made
}

/** Whether a step was ended by `abort`. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.message === abortMessage
}

function createNativeContext(internals: ContextInternals, isEnd: (token: number) => boolean): NativeContext {
  const addon = internals._ctx
  const takeBack = addon.canUndoDecode() ? runAhead(addon, isEnd) : () => undefined
  const batch = recordBatch(addon)
  const memory = serveStatesFromMemory(addon)
  let aborting: Set<number> | null = null

  // The library rejects everyone whose tokens were in a failed batch. Those who were not meant are queued again.
  const dispatchError = internals._dispatchErrorForQueuedDecodesAndDequeue.bind(internals)
  internals._dispatchErrorForQueuedDecodesAndDequeue = (items, error) => {
    const ended = aborting
    aborting = null
    if (!isAborted(error) || ended === null) return dispatchError(items, error)
    const others = [...items].filter((item) => !ended.has(item.sequenceId))
    dispatchError(new Set([...items].filter((item) => ended.has(item.sequenceId))), error)
    for (const item of others) {
      const part = batch.get(item.sequenceId)
      if (part !== undefined) restore(item, part)
      if (!internals._queuedDecodes.includes(item)) internals._queuedDecodes.unshift(item)
      internals._queuedDecodeSequenceIds.add(item.sequenceId)
    }
  }

  return {
    setThreads: (decode, batchThreads) => addon.setThreads(decode, batchThreads),
    abort(sequences) {
      takeBack()
      const wanted = sequences?.map(sequenceIdOf) ?? [...batch.keys()]
      const meant = wanted.filter((id) => batch.has(id))
      if (meant.length === 0 || addon.abortDecode?.() !== true) return false
      aborting = new Set([...(aborting ?? []), ...meant])
      return true
    },
    saveSequence: (sequence) => memory.save(sequence),
    loadSequence: (sequence, state) => memory.load(sequence, state),
  }
}

/** Remembers what is in the batch that is being made or computed, by sequence. */
function recordBatch(addon: AddonContext): ReadonlyMap<number, BatchPart> {
  const parts = new Map<number, BatchPart>()
  const initBatch = addon.initBatch.bind(addon)
  const addToBatch = addon.addToBatch.bind(addon)
  replace(addon, 'initBatch', (size) => {
    parts.clear()
    initBatch(size)
  })
  replace(addon, 'addToBatch', (sequenceId, firstIndex, tokens, logitIndexes) => {
    parts.set(sequenceId, { firstIndex, tokens: [...tokens], logitIndexes: new Set(logitIndexes) })
    return addToBatch(sequenceId, firstIndex, tokens, logitIndexes)
  })
  return parts
}

/** Undoes what the library did to an item of which a part was computed. */
function restore(item: QueuedDecode, part: BatchPart): void {
  if (item.firstTokenSequenceIndex === part.firstIndex) return
  item.tokens = [...part.tokens, ...item.tokens]
  item.logits = [...part.tokens.map((_, index) => part.logitIndexes.has(index) || undefined), ...item.logits]
  item.firstTokenSequenceIndex = part.firstIndex
}

/**
 * Lets the library save to and load from paths that stand for memory, so that its own locks and its own record of a
 * sequence's tokens stay right.
 */
function serveStatesFromMemory(addon: AddonContext) {
  const states = new Map<string, Uint8Array | null>()
  const saveToFile = addon.saveSequenceStateToFile.bind(addon)
  const loadFromFile = addon.loadSequenceStateFromFile.bind(addon)
  let next = 0
  replace(addon, 'saveSequenceStateToFile', async (path, sequenceId, tokens) => {
    if (!states.has(path)) return saveToFile(path, sequenceId, tokens)
    const state = await addon.getSequenceState(sequenceId, tokens)
    states.set(path, state)
    return state.byteLength
  })
  replace(addon, 'loadSequenceStateFromFile', async (path, sequenceId, maxTokens) => {
    const state = states.get(path)
    return state ? addon.setSequenceState(sequenceId, state, maxTokens) : loadFromFile(path, sequenceId, maxTokens)
  })

  async function withPath<T>(state: Uint8Array | null, run: (path: string) => Promise<T>): Promise<T> {
    const path = resolve(`hearth-state-${next++}`)
    states.set(path, state)
    try {
      return await run(path)
    } finally {
      states.delete(path)
    }
  }

  return {
    save: (sequence: LlamaContextSequence) =>
      withPath(null, async (path) => {
        await sequence.saveStateToFile(path)
        const state = states.get(path)
        if (!state) throw new Error('The state was not saved.')
        return state
      }),
    load: (sequence: LlamaContextSequence, state: Uint8Array) =>
      withPath(state, (path) => sequence.loadStateFromFile(path, { acceptRisk: true })),
  }
}

function sequenceIdOf(sequence: LlamaContextSequence): number {
  return (sequence as unknown as { _sequenceId: number })._sequenceId // internal, as above
}
