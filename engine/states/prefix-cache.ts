import type { CacheSource } from '../../shared/domain/generation.ts'
import type { DecodeQueue } from '../decode-queue.ts'
import type { SlotState } from '../slots.ts'
import type { KeepableSlot, KeptStates } from './kept-states.ts'

/** What is shorter is read again sooner than it is worth keeping, tokens. */
export const worthKeeping = 512
/** A kept state is loaded when it spares this much more than the slot itself, tokens. */
const worthLoading = 128
/** What may be missing at the end of a kept state before the program ends, tokens. */
const missingAtEnd = 32

export interface CachedSlot extends SlotState<number>, KeepableSlot {
  cacheKey: string | null
  forgotten: boolean
  keepPrefix(prompt: readonly number[]): Promise<number>
  reset(): Promise<void>
}

function mayKeep(slot: CachedSlot): boolean {
  return !slot.forgotten && slot.length > worthKeeping
}

/** Tokens of a slot without what is read again sooner than it is worth keeping. */
function beginningOf(slot: CachedSlot): number {
  return slot.length - worthKeeping
}

/** Everything that was read once and need not be read again: what slots hold and what was kept of those displaced. */
export interface PrefixCache<S> {
  /**
   * Makes a slot hold as much of the prompt as is known, after what it would lose was kept. Returns how many tokens need
   * not be read.
   */
  prepare(slot: S, prompt: readonly number[], cacheKey: string | null): Promise<{ cached: number; source: CacheSource }>
  /** Keeps what a slot holds beside it, unless its first `tokens` are kept already. */
  keep(slot: S, tokens: number): Promise<void>
  /** Whether states are kept at all. */
  readonly isOn: boolean
  /** Whether what a slot holds would take long to read again, and is not kept yet. */
  isDear(slot: S): boolean
  /** Keeps what a slot holds if that is so. */
  keepBeginning(slot: S): Promise<void>
  /** Writes to disk what was kept. */
  flush(): Promise<void>
  /** Writes to disk what these slots hold and what was kept. */
  store(slots: readonly S[]): Promise<void>
  forget(cacheKey: string | null): Promise<void>
  readonly memoryBytes: number
  readonly diskBytes: number
}

/** @param wholeOnly the model can't go back within a state: recurrent, hybrid and sliding-window ones. */
export function createPrefixCache<S extends CachedSlot>(
  queue: Pick<DecodeQueue, 'alone'>,
  kept: KeptStates<S> | null,
  wholeOnly: boolean,
): PrefixCache<S> {
  let keeping: Promise<unknown> = Promise.resolve()

  /** One after the other: several may ask for the same. */
  function keep(slot: S, tokens: number): Promise<void> {
    const next = keeping.then(async () => {
      if (kept === null || !mayKeep(slot)) return
      if (!kept.covers(slot.tokens.slice(0, tokens))) await queue.alone(() => kept.add(slot))
    })
    keeping = next.catch(() => undefined)
    return next
  }

  return {
    isOn: kept !== null,
    keep,
    async prepare(slot, prompt, cacheKey) {
      const usable = prompt.slice(0, -1)
      const common = Math.min(slot.commonPrefix(prompt), usable.length)
      const held = wholeOnly && common < slot.length ? 0 : common
      const candidate = (await kept?.find(usable, held + worthLoading, wholeOnly)) ?? null
      try {
        const lost = slot.length - (candidate === null ? common : 0)
        if (lost > worthKeeping) await keep(slot, beginningOf(slot))
        let source: CacheSource = 'slot'
        const cached = await queue.alone(async () => {
          if (candidate !== null) {
            if (await candidate.restore(slot)) source = candidate.source
            else await slot.reset()
          }
          return slot.keepPrefix(prompt)
        })
        slot.cacheKey = cacheKey
        slot.forgotten = false
        return { cached, source: cached === 0 ? 'none' : source }
      } finally {
        candidate?.release()
      }
    },
    async store(slots) {
      for (const slot of slots) await keep(slot, slot.length - missingAtEnd)
      await kept?.flush()
    },
    isDear: (slot) => mayKeep(slot) && kept?.covers(slot.tokens.slice(0, beginningOf(slot))) === false,
    keepBeginning: (slot) => keep(slot, beginningOf(slot)),
    async flush() {
      await kept?.flush()
    },
    async forget(cacheKey) {
      await kept?.forget(cacheKey)
    },
    get memoryBytes() {
      return kept?.memoryBytes ?? 0
    },
    get diskBytes() {
      return kept?.diskBytes ?? 0
    },
  }
}
