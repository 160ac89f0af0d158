/** Tokens of one sequence that wait to be computed. */
export interface Queued {
  /** Its number in the context. */
  readonly sequence: number
  readonly tokens: readonly unknown[]
  /** Tokens that stand before them, in the cache already. */
  readonly depth: number
  /** Higher goes first. */
  readonly priority: number
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

/** The first tokens of an item go into a batch. */
export interface Chosen<Item> {
  readonly item: Item
  readonly amount: number
}

/**
 * Makes the function that fills each batch of at most `size` tokens. Running answers get their tokens in one batch and
 * prompts the next, by priority and arrival, as many as the step's cap allows; where both wait they take turns. In one
 * batch they would not be computed together: llama.cpp takes as many tokens of each sequence as the shortest has, and
 * then the rest of the prompt, a token less than fills a tile of its attention (`llama_batch_allocr::split_equal`).
 * Apart, answers get their tokens before the chunk and not after it, and each kind its own number of threads.
 *
 * A batch is in the order of its sequences, because llama.cpp computes only those together that follow each other. A
 * chunk of a prompt goes whole or not at all, unless it is larger than a batch: were a later part aborted, the library
 * would not know how much of the chunk is in the cache.
 */
export function createBatching<Item extends Queued>(inFlight: Pick<InFlight, 'prefillCap'>) {
  let promptsTurn = false
  return (items: readonly Item[], size: number): Chosen<Item>[] => {
    const answers = items.filter(isAnswer)
    const prompts = byPriority(items.filter((item) => !isAnswer(item)))
    const readsPrompts = prompts.length > 0 && (promptsTurn || answers.length === 0)
    promptsTurn = !readsPrompts
    const batch = readsPrompts
      ? chunksOf(prompts, size, inFlight.prefillCap?.() ?? size)
      : answers.slice(0, size).map((item) => ({ item, amount: 1 }))
    return batch.sort((a, b) => a.item.sequence - b.item.sequence)
  }
}

/** What a filled batch computes. */
export function stepOf(batch: readonly Chosen<Queued>[]): Step {
  const [first] = batch
  return {
    tokens: batch.reduce((sum, { amount }) => sum + amount, 0),
    decoding: first !== undefined && isAnswer(first.item) ? batch.length : 0,
    depth: Math.max(0, ...batch.map(({ item }) => item.depth)),
  }
}

function isAnswer(item: Queued): boolean {
  return item.tokens.length === 1
}

/** The first of the prompts in any case, others as far as the cap allows. */
function chunksOf<Item extends Queued>(prompts: readonly Item[], size: number, most: number): Chosen<Item>[] {
  const chunks: Chosen<Item>[] = []
  let left = size
  let cap = most
  for (const item of prompts) {
    const isFirst = chunks.length === 0
    const amount = isFirst ? Math.min(item.tokens.length, left) : item.tokens.length
    if (amount > left) break
    if (!isFirst && amount > cap) continue
    chunks.push({ item, amount })
    left -= amount
    cap -= amount
  }
  return chunks
}

/** Highest priority first; the sort is stable, so equals stay in order of arrival. */
function byPriority<Item extends Queued>(items: Item[]): Item[] {
  return items.sort((a, b) => b.priority - a.priority)
}
