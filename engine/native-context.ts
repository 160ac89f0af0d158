import { resolve } from 'node:path'
import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp'
import { type AheadAddon, replace, runAhead } from './native-ahead.ts'

/** What our build of the addon adds to a context. */
export interface NativeContext {
  /** The state of a sequence, cache and tokens, as bytes. */
  saveSequence(sequence: LlamaContextSequence): Promise<Uint8Array>
  /**
   * Makes a sequence continue from saved bytes. Rejects, with the sequence empty, when they are damaged, cut off, or of
   * a context that does not fit.
   */
  loadSequence(sequence: LlamaContextSequence, state: Uint8Array): Promise<void>
}

/** What of the library is used beyond its documentation; its version is pinned, and a test covers it. */
interface ContextInternals {
  _ctx: AddonContext
}

interface AddonContext extends AheadAddon {
  saveSequenceStateToFile(path: string, sequenceId: number, tokens: Uint32Array): Promise<number>
  loadSequenceStateFromFile(path: string, sequenceId: number, maxTokens: number): Promise<Uint32Array>
  abortDecode?(): boolean
  getSequenceState(sequenceId: number, tokens: Uint32Array): Promise<Uint8Array>
  setSequenceState(sequenceId: number, state: Uint8Array, maxTokens: number): Promise<Uint32Array>
}

const known = new WeakMap<LlamaContext, NativeContext>()

/** What our build adds to a context; null with the library's own addon. */
export function nativeContext(context: LlamaContext): NativeContext | null {
  const existing = known.get(context)
  if (existing !== undefined) return existing
  const { _ctx: addon } = context as unknown as ContextInternals // marked internal
  if (addon.abortDecode === undefined) return null
  const isEnd = (token: number) => context.model.isEogToken(token as Token) // its brand is the library's
  const made = createNativeContext(addon, isEnd)
  known.set(context, made)
  return made
}

function createNativeContext(addon: AddonContext, isEnd: (token: number) => boolean): NativeContext {
  if (addon.canUndoDecode()) runAhead(addon, isEnd)
  const memory = serveStatesFromMemory(addon)
  return {
    saveSequence: (sequence) => memory.save(sequence),
    loadSequence: (sequence, state) => memory.load(sequence, state),
  }
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
