/** What the strategy needs to know about a queued item; node-llama-cpp's `BatchItem` has more. */
interface QueuedItem {
  readonly tokens: readonly unknown[]
  readonly evaluationPriority: number
}

/** How many sequences are being evaluated right now. Whoever evaluates one counts it in and out. */
export interface InFlight {
  count: number
  /** Tokens of prompts that one step may read together; absent: as many as fit. */
  prefillCap?: () => number
  /** Told of each batch right before it is computed. */
  onStep?: (step: Step) => void
}

/** What one batch computes. */
export interface Step {
  readonly tokens: number
  /** How many of them belong to running answers. */
  readonly decoding: number
  /** Tokens that stand before the deepest of its prompts; 0 without prompts. */
  readonly depth: number
}

/** Whose tokens wait, and how many of that sequence are in the cache already. */
export interface Queued {
  readonly sequence: number
  readonly depth: number
}

/** Microtask turns that the batch waits for streams that have not asked for their next token yet. */
const maxSpins = 12

/**
 * Makes the function that fills each batch: single tokens of running answers first, then prompts by priority and
 * arrival, as many as the step's cap allows. It mends three defects of node-llama-cpp's own strategies: a batch that
 * leaves without the stream which was just about to ask, a long prompt that starves running answers (engine.md), and
 * sequences out of order, of which llama.cpp computes only those together that follow each other
 * (`llama_batch_allocr::split_equal`). Returning an empty batch makes the library ask again; that is not documented, so
 * the version is pinned and a test covers it.
 *
 * A chunk of a prompt goes whole or not at all, unless it is larger than a batch: were a later part aborted, the
 * library would not know how much of the chunk is in the cache. `onBatch` is told of each batch right before it is
 * computed, the only moment at which decode and prefill can be given different thread
 * counts. `queued` tells whose the items are, in their order.
 */
export function createBatchStrategy(
  inFlight: InFlight,
  onBatch: (step: Step) => void,
  queued: () => readonly Queued[],
) {
  let spins = 0
  return <Item extends QueuedItem>({ items, size }: { items: readonly Item[]; size: number }) => {
    const batch: { item: Item; processAmount: number }[] = []
    if (items.length < inFlight.count && spins < maxSpins) {
      spins++
      return batch
    }
    spins = 0
    let left = size
    for (const item of items) {
      if (item.tokens.length !== 1 || left === 0) continue
      batch.push({ item, processAmount: 1 })
      left--
    }
    const decoding = batch.length
    let cap = inFlight.prefillCap?.() ?? left
    for (const item of byPriority(items.filter((queued) => queued.tokens.length > 1))) {
      const isFirst = batch.length === decoding
      const amount = isFirst ? Math.min(item.tokens.length, left) : item.tokens.length
      if (amount === 0 || amount > left) break
      if (!isFirst && amount > cap) continue
      batch.push({ item, processAmount: amount })
      left -= amount
      cap -= amount
    }
    const waiting = queued()
    const placeOf = new Map(items.map((item, index) => [item, waiting[index]]))
    const depths = batch.slice(decoding).map(({ item }) => placeOf.get(item)?.depth ?? 0)
    const step = { tokens: size - left, decoding, depth: Math.max(0, ...depths) }
    inFlight.onStep?.(step)
    onBatch(step)
    return batch.toSorted((a, b) => (placeOf.get(a.item)?.sequence ?? 0) - (placeOf.get(b.item)?.sequence ?? 0))
  }
}

/** Highest priority first; the sort is stable, so equals stay in order of arrival. */
function byPriority<Item extends QueuedItem>(items: Item[]): Item[] {
  return items.sort((a, b) => b.evaluationPriority - a.evaluationPriority)
}
