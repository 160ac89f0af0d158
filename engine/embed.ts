import { setImmediate } from 'node:timers/promises'
import type { LlamaModel, Token } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { LoadOptions } from '../shared/process/engine.ts'
import { isEmbeddingModel } from './gguf/facts.ts'
import { createGrowingContext, sizesFor } from './growing-context.ts'
import { vocabularySize } from './vocabulary.ts'

/** A text longer than this many characters a token is not tokenized whole to find out that it is too long. */
const mostCharactersPerToken = 64

/** Makes vectors. One call at a time computes; others wait for it. */
export interface Embedder {
  /**
   * One vector of length 1 for each input, in order, and the tokens that were read. With `truncate`, what is too long
   * is cut at its end; else it is refused. An abort is obeyed between two inputs.
   *
   * @throws AppError `invalid_input` for an empty input, `context_overflow`, `out_of_memory`, `model_load_failed` when
   *   the model gives no usable numbers, or the signal's reason
   */
  embed(
    inputs: readonly (string | readonly number[])[],
    truncate: boolean,
    signal: AbortSignal,
  ): Promise<{ vectors: number[][]; tokens: number }>
  dispose(): Promise<void>
}

/** Whether a file says how the vectors of its tokens become one (mean, first or last token). */
export function canEmbed(model: Pick<LlamaModel, 'architecture' | 'fileInfo'>): boolean {
  const { architectureMetadata, metadata } = model.fileInfo
  const pooling = architectureMetadata?.pooling_type ?? null
  const template = metadata.tokenizer?.chat_template
  const hasTemplate = template !== undefined && template.trim() !== ''
  // 4 is the head of a reranker: it gives a score, not a vector.
  if (pooling === 4) return false
  return isEmbeddingModel(model.architecture, pooling, hasTemplate) || (pooling !== null && pooling > 0)
}

/**
 * A model of which the file does not say how to pool has no vector for a text, only one for each token, so it is
 * refused, as llama-server does. Inputs are computed one after the other: the library reads the vector of the first
 * sequence alone, and two contexts side by side were measured no faster (9.7 and 12.9 ms an input on two cores).
 *
 * @throws AppError `model_cannot_embed`
 */
export async function createEmbedder(model: LlamaModel, options: LoadOptions): Promise<Embedder> {
  if (!canEmbed(model)) {
    throw new AppError({
      code: 'model_cannot_embed',
      message: 'This model writes answers; it does not turn text into vectors.',
      suggestion: 'Choose an embedding model.',
    })
  }
  const limit = Math.min(options.contextLength, model.trainContextSize)
  const contexts = createGrowingContext(limit, (tokens) =>
    model.createEmbeddingContext({ ...sizesFor(tokens), threads: options.batchThreads }),
  )

  async function embedOne(input: string | readonly number[], index: number, truncate: boolean) {
    let tokens = tokensOf(model, input, index, { limit, truncate, vocabulary: vocabularySize(model) })
    if (tokens.length === 0) throw emptyInput(index)
    // With what the library adds before and after.
    let length = (await contexts.fit(1)).calculateInputLength(tokens)
    if (length > limit) {
      if (!truncate) throw inputTooLong(index, length, limit)
      tokens = tokens.slice(0, limit - (length - tokens.length))
      length = limit
    }
    const context = await contexts.fit(length)
    if (options.backend === 'cpu') model.llama.maxThreads = options.batchThreads
    const { vector } = await context.getEmbeddingFor(tokens)
    return { vector: normalized(vector), tokens: length }
  }

  let last: Promise<unknown> = Promise.resolve()
  return {
    embed(inputs, truncate, signal) {
      const work = async () => {
        const vectors: number[][] = []
        let tokens = 0
        for (const [index, input] of inputs.entries()) {
          // Lets the host's word to stop arrive.
          await setImmediate()
          signal.throwIfAborted()
          const done = await embedOne(input, index, truncate)
          vectors.push(done.vector)
          tokens += done.tokens
        }
        return { vectors, tokens }
      }
      const result = last.then(work)
      last = result.catch(() => undefined)
      return result
    },
    dispose: () => contexts.dispose(),
  }
}

interface Bounds {
  limit: number
  truncate: boolean
  vocabulary: number
}

function tokensOf(
  model: LlamaModel,
  input: string | readonly number[],
  index: number,
  { limit, truncate, vocabulary }: Bounds,
): Token[] {
  if (typeof input === 'string') {
    const most = limit * mostCharactersPerToken
    if (input.length <= most) return model.tokenize(input)
    const beginning = model.tokenize(input.slice(0, most))
    if (!truncate) throw inputTooLong(index, Math.ceil((beginning.length * input.length) / most), limit)
    return beginning
  }
  if (input.some((token) => token >= vocabulary)) {
    throw new AppError({
      code: 'invalid_input',
      message: `Input ${index + 1} contains numbers that are no tokens of this model.`,
      suggestion: `Send token numbers below ${vocabulary}, or send text.`,
    })
  }
  return [...input] as Token[] // the brand only marks checked ids
}

/** @throws AppError `model_load_failed` for a vector with numbers that are none, or of no length */
function normalized(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector)
  if (!Number.isFinite(length) || length === 0) {
    throw new AppError({
      code: 'model_load_failed',
      message: 'The model gave no usable numbers. Its file is probably damaged.',
      suggestion: 'Download it again, or choose another model.',
      data: { detail: `the length of a vector is ${length}` },
    })
  }
  return vector.map((value) => value / length)
}

function emptyInput(index: number): AppError {
  return new AppError({
    code: 'invalid_input',
    message: `Input ${index + 1} is empty.`,
    suggestion: 'Leave out empty texts, or write something in them.',
    data: { parameter: 'input' },
  })
}

function inputTooLong(index: number, tokens: number, limit: number): AppError {
  return new AppError({
    code: 'context_overflow',
    message: `Input ${index + 1} has ${tokens} tokens; this model takes ${limit}.`,
    suggestion: 'Split it into shorter texts, or have it cut at its end.',
    data: { tokens, contextLength: limit },
  })
}
