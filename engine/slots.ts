/** The part of a sequence that decides who gets which slot. */
export interface SlotState<Token> {
  /** Tokens that are in the KV cache. */
  readonly length: number
  /** How many of them the prompt begins with. */
  commonPrefix(prompt: readonly Token[]): number
}

export interface Slot<S> {
  readonly state: S
  /** Order of last use; 0 for a slot that was never used. */
  usedAt: number
}

/** A prompt continues what a slot holds if this much of the slot, or of the prompt, would be reused. */
const reusedOfSlot = 0.5
const reusedOfPrompt = 0.9

/**
 * The idle slot that holds the longest beginning of this prompt, else the least recently used one, so that short common
 * beginnings such as a system prompt do not cost another chat its cache. While others run it is one that is not dear, as
 * far as there is one, since they would wait while its content is saved; and one beside them: only sequences that follow
 * each other are computed together (see `batching.ts`). Null when none is idle.
 */
export function chooseSlot<Token, S extends SlotState<Token>>(
  slots: readonly Slot<S>[],
  isIdle: (slot: Slot<S>) => boolean,
  prompt: readonly Token[],
  isDear: (state: S) => boolean,
): Slot<S> | null {
  const idle = slots.filter(isIdle)
  const continued = bestPrefix(idle, prompt)
  if (continued !== null || idle.length === slots.length) return continued ?? leastRecentlyUsed(idle)
  const isBusy = (slot: Slot<S> | undefined) => slot !== undefined && !isIdle(slot)
  const isBeside = (slot: Slot<S>) => {
    const index = slots.indexOf(slot)
    return isBusy(slots[index - 1]) || isBusy(slots[index + 1])
  }
  const cheap = idle.filter(({ state }) => !isDear(state))
  return leastRecentlyUsed(cheap.filter(isBeside)) ?? leastRecentlyUsed(cheap) ?? leastRecentlyUsed(idle)
}

/** Of those never used, an empty one. */
function leastRecentlyUsed<Token, S extends SlotState<Token>>(idle: readonly Slot<S>[]): Slot<S> | null {
  const [first, ...others] = idle
  if (first === undefined) return null
  return others.reduce(
    (oldest, other) =>
      other.usedAt < oldest.usedAt || (other.usedAt === oldest.usedAt && other.state.length < oldest.state.length)
        ? other
        : oldest,
    first,
  )
}

function bestPrefix<Token, S extends SlotState<Token>>(
  idle: readonly Slot<S>[],
  prompt: readonly Token[],
): Slot<S> | null {
  let best: Slot<S> | null = null
  let longest = 0
  for (const slot of idle) {
    const prefix = slot.state.commonPrefix(prompt)
    const continues = prefix >= slot.state.length * reusedOfSlot || prefix >= prompt.length * reusedOfPrompt
    if (prefix > longest && continues) {
      best = slot
      longest = prefix
    }
  }
  return best
}
