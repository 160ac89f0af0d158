/** What is replaced of the addon's context. */
export interface AheadAddon {
  initBatch(size: number): void
  addToBatch(sequenceId: number, firstIndex: number, tokens: Uint32Array, logitIndexes: Uint32Array): Uint32Array
  decodeBatch(): Promise<void>
  /** A token alone, or with more about it; null or -1 where there was none. */
  sampleToken(batchIndex: number, ...how: unknown[]): Promise<unknown>
  /** Takes the last batch back, computed or not, and returns when the cache is as it was before. */
  undoDecode(): boolean
  /** Whether the end of a sequence can be taken back. */
  canUndoDecode(): boolean
}

/** What one sequence has in a batch. */
interface Part {
  sequenceId: number
  firstIndex: number
  tokens: Uint32Array
  logitIndexes: Uint32Array
}

/** A step that was begun and not asked for yet. */
interface Begun {
  parts: readonly Part[]
  done: Promise<void>
}

/** Steps in a row that each went on with the last one's tokens, after which the next is begun unasked. */
const steadySteps = 2
/** What may be called while a step is computed that nobody asked for yet; all else may look at or change the cache. */
const harmless = new Set([
  'constructor',
  'abortDecode',
  'canUndoDecode',
  'getContextSize',
  'getMemoryBreakdown',
  'getThreads',
  'setThreads',
  'undoDecode',
])

/**
 * Begins the next step as soon as the tokens of the last one are chosen, while JavaScript still hands them on: what it
 * will ask for is known then, unless an answer ends or somebody else arrives. What was begun in vain is taken back.
 *
 * @param addon whose methods are replaced
 * @param isEnd whether no token follows on this one
 */
export function runAhead(addon: AheadAddon, isEnd: (token: number) => boolean): void {
  const initBatch = addon.initBatch.bind(addon)
  const addToBatch = addon.addToBatch.bind(addon)
  const decodeBatch = addon.decodeBatch.bind(addon)
  const sampleToken = addon.sampleToken.bind(addon)

  let asked: Part[] = []
  let askedTokens = 0
  /** The batch whose tokens are being chosen, and those that were. */
  let last: readonly Part[] = []
  let chosen: number[] = []
  let steady = 0
  let ahead: Begun | null = null

  function compute(parts: readonly Part[]): Promise<void> {
    initBatch(parts.reduce((sum, { tokens }) => sum + tokens.length, 0))
    for (const { sequenceId, firstIndex, tokens, logitIndexes } of parts) {
      addToBatch(sequenceId, firstIndex, tokens, logitIndexes)
    }
    return decodeBatch()
  }

  function takeBack(): void {
    if (ahead === null) return
    ahead = null
    addon.undoDecode()
  }

  function choose(index: number, token: unknown): void {
    if (typeof token !== 'number' || token < 0 || isEnd(token)) {
      steady = 0
      return
    }
    chosen[index] = token
    if (steady < steadySteps || ahead !== null || last.some((_, row) => chosen[row] === undefined)) return
    const parts = following(last, chosen)
    ahead = { parts, done: compute(parts) }
    // Whoever asks for it hears of the error.
    ahead.done.catch(() => undefined)
  }

  replace(addon, 'initBatch', () => {
    asked = []
    askedTokens = 0
  })
  replace(addon, 'addToBatch', (sequenceId, firstIndex, tokens, logitIndexes) => {
    asked.push({ sequenceId, firstIndex, tokens, logitIndexes })
    const indexes = logitIndexes.map((index) => askedTokens + index)
    askedTokens += tokens.length
    return indexes
  })
  replace(addon, 'decodeBatch', () => {
    steady = goesOn(last, asked) ? steady + 1 : 0
    last = asked
    chosen = []
    const begun = ahead
    if (begun !== null && same(begun.parts, asked)) {
      ahead = null
      return begun.done
    }
    if (begun !== null) steady = 0
    takeBack()
    return compute(asked)
  })
  replace(addon, 'sampleToken', (index, ...how) => {
    const token = sampleToken(index, ...how)
    if (steady >= steadySteps) void token.then((value) => choose(index, value)).catch(() => undefined)
    return token
  })
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(addon))) {
    const method: unknown = Reflect.get(addon, name)
    if (typeof method !== 'function' || harmless.has(name) || Object.hasOwn(addon, name)) continue
    const value = (...args: unknown[]): unknown => {
      takeBack()
      return method.apply(addon, args)
    }
    Object.defineProperty(addon, name, { value, configurable: true })
  }
}

/** Methods of native objects can't be assigned to, but they can be covered, more than once. */
export function replace<Addon extends object, Name extends keyof Addon>(
  addon: Addon,
  name: Name,
  value: Addon[Name],
): void {
  Object.defineProperty(addon, name, { value, configurable: true })
}

function following(parts: readonly Part[], tokens: readonly number[]): Part[] {
  return parts.map(({ sequenceId, firstIndex, logitIndexes }, row) => ({
    sequenceId,
    firstIndex: firstIndex + 1,
    tokens: Uint32Array.of(tokens[row] ?? 0),
    logitIndexes,
  }))
}

/** Whether a batch has the next token of each sequence of the one before it. */
function goesOn(before: readonly Part[], after: readonly Part[]): boolean {
  return (
    before.length === after.length &&
    after.every((part, row) => {
      const previous = before[row]
      if (previous?.sequenceId !== part.sequenceId || !isOneToken(part)) return false
      return previous.firstIndex + previous.tokens.length === part.firstIndex
    })
  )
}

function same(begun: readonly Part[], asked: readonly Part[]): boolean {
  return (
    begun.length === asked.length &&
    asked.every((part, row) => {
      const other = begun[row]
      if (other?.sequenceId !== part.sequenceId || other.firstIndex !== part.firstIndex) return false
      return isOneToken(part) && other.tokens[0] === part.tokens[0]
    })
  )
}

function isOneToken({ tokens, logitIndexes }: Part): boolean {
  return tokens.length === 1 && logitIndexes.length === 1
}
