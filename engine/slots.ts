/** The part of a sequence that decides who gets which slot. */
export interface SlotState<Token> {
  /** Tokens that are in the KV cache. */
  readonly length: number
  /** How many of them the prompt begins with. */
  commonPrefix(prompt: readonly Token[]): number
}

interface Slot<S> {
  readonly state: S
  busy: boolean
  /** Order of last use; 0 for a slot that was never used. */
  usedAt: number
}

interface Waiting<S> {
  take: () => S
  resolve: (state: S) => void
}

/** A prompt continues what a slot holds if this much of the slot, or of the prompt, would be reused. */
const reusedOfSlot = 0.5
const reusedOfPrompt = 0.9

/** Hands out the sequences of a context; who comes when all are busy waits in order of arrival. */
export class Slots<Token, S extends SlotState<Token>> {
  readonly #slots: Slot<S>[]
  readonly #waiting: Waiting<S>[] = []
  #clock = 0

  constructor(states: readonly S[]) {
    this.#slots = states.map((state) => ({ state, busy: false, usedAt: 0 }))
  }

  /**
   * The idle slot that holds the longest beginning of this prompt, else the least recently used one, so that short
   * common beginnings such as a system prompt do not cost another chat its cache. Rejects with the signal's reason.
   */
  acquire(prompt: readonly Token[], signal: AbortSignal): Promise<S> {
    signal.throwIfAborted()
    const take = () => this.#take(prompt)
    if (this.#slots.some((slot) => !slot.busy)) return Promise.resolve(take())
    return new Promise((resolve, reject) => {
      const entry: Waiting<S> = {
        take,
        resolve: (state) => {
          signal.removeEventListener('abort', leave)
          resolve(state)
        },
      }
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(entry)
    })
  }

  release(state: S): void {
    const slot = this.#slots.find((candidate) => candidate.state === state)
    if (slot === undefined) return
    slot.busy = false
    const next = this.#waiting.shift()
    next?.resolve(next.take())
  }

  #take(prompt: readonly Token[]): S {
    const idle = this.#slots.filter((slot) => !slot.busy)
    const slot = bestPrefix(idle, prompt) ?? leastRecentlyUsed(idle)
    slot.busy = true
    slot.usedAt = ++this.#clock
    return slot.state
  }
}

/** Of those never used, an empty one. */
function leastRecentlyUsed<Token, S extends SlotState<Token>>(idle: Slot<S>[]): Slot<S> {
  return idle.reduce((oldest, other) =>
    other.usedAt < oldest.usedAt || (other.usedAt === oldest.usedAt && other.state.length < oldest.state.length)
      ? other
      : oldest,
  )
}

function bestPrefix<Token, S extends SlotState<Token>>(idle: Slot<S>[], prompt: readonly Token[]): Slot<S> | null {
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
