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
  /** Running answers that get a token in it; 0 where it reads prompts. */
  readonly decoding: number
  /** Tokens that stand before those of its deepest sequence. */
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
 * Makes the function that fills each batch. Running answers get their tokens in one batch and prompts the next, by
 * priority and arrival, as many as the step's cap allows; where both wait they take turns. In one batch they would not
 * be computed together: llama.cpp takes as many tokens of each sequence as the shortest has, and then the rest of the
 * prompt, a token less than fills a tile of its attention (`llama_batch_allocr::split_equal`). Apart, answers get their
 * tokens before the chunk and not after it, and each kind its own number of threads.
 *
 * It mends three defects of node-llama-cpp's own strategies: a batch that leaves without the stream which was just
 * about to ask, a long prompt that starves running answers (engine.md), and sequences out of order, of which llama.cpp
 * computes only those together that follow each other. Returning an empty batch makes the library ask again; that is
 * not documented, so the version is pinned and a test covers it.
 *
 * A chunk of a prompt goes whole or not at all, unless it is larger than a batch: were a later part aborted, the
 * library would not know how much of the chunk is in the cache. `onBatch` is told of each batch right before it is
 * computed. `queued` tells whose the items are, in their order.
 */
export function createBatchStrategy(
  inFlight: InFlight,
  onBatch: (step: Step) => void,
  queued: () => readonly Queued[],
) {
  let spins = 0
  let promptsTurn = false
  return <Item extends QueuedItem>({ items, size }: { items: readonly Item[]; size: number }) => {
    if (items.length < inFlight.count && spins < maxSpins) {
      spins++
      return []
    }
    spins = 0
    const answers = items.filter(isAnswer)
    const prompts = byPriority(items.filter((item) => !isAnswer(item)))
    const readsPrompts = prompts.length > 0 && (promptsTurn || answers.length === 0)
    promptsTurn = !readsPrompts
    const batch = readsPrompts
      ? chunksOf(prompts, size, inFlight.prefillCap?.() ?? size)
      : answers.slice(0, size).map((item) => ({ item, processAmount: 1 }))
    const waiting = queued()
    const placeOf = new Map(items.map((item, index) => [item, waiting[index]]))
    const step = {
      tokens: batch.reduce((sum, { processAmount }) => sum + processAmount, 0),
      decoding: readsPrompts ? 0 : batch.length,
      depth: Math.max(0, ...batch.map(({ item }) => placeOf.get(item)?.depth ?? 0)),
    }
    inFlight.onStep?.(step)
    onBatch(step)
    return batch.toSorted((a, b) => (placeOf.get(a.item)?.sequence ?? 0) - (placeOf.get(b.item)?.sequence ?? 0))
  }
}

function isAnswer(item: QueuedItem): boolean {
  return item.tokens.length === 1
}

/** The first of the prompts in any case, others as far as the cap allows. */
function chunksOf<Item extends QueuedItem>(prompts: readonly Item[], size: number, most: number) {
  const chunks: { item: Item; processAmount: number }[] = []
  let left = size
  let cap = most
  for (const item of prompts) {
    const isFirst = chunks.length === 0
    const amount = isFirst ? Math.min(item.tokens.length, left) : item.tokens.length
    if (amount > left) break
    if (!isFirst && amount > cap) continue
    chunks.push({ item, processAmount: amount })
    left -= amount
    cap -= amount
  }
  return chunks
}

/** Highest priority first; the sort is stable, so equals stay in order of arrival. */
function byPriority<Item extends QueuedItem>(items: Item[]): Item[] {
  return items.sort((a, b) => b.evaluationPriority - a.evaluationPriority)
}
