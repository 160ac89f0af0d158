import type { z } from 'zod'
import { AppError } from '../../shared/domain/errors.ts'
import { EmbeddingRequest, RerankRequest } from '../../shared/domain/generation.ts'
import type { EnginePool } from '../engines/pool.ts'
import type { Library } from '../models/library.ts'
import { invalidInput } from './engine-request.ts'

interface Waited {
  /** Name that the library resolved. */
  model: string
  /** Tokens that were read. */
  tokens: number
  /** Milliseconds. */
  queueMs: number
  loadMs: number
}

/** Vectors of length 1, one for each input, in order. Throws an AppError. */
export type Embed = (
  request: z.input<typeof EmbeddingRequest>,
  signal?: AbortSignal,
) => Promise<Waited & { vectors: number[][] }>

/** How well each document answers the query, in their order. Throws an AppError. */
export type Rerank = (
  request: z.input<typeof RerankRequest>,
  signal?: AbortSignal,
) => Promise<Waited & { scores: number[] }>

interface Deps {
  library: Pick<Library, 'get'>
  pool: Pick<EnginePool, 'embed' | 'rerank'>
}

export function createEmbedding({ library, pool }: Deps): Embed {
  return async (input, signal = new AbortController().signal) => {
    const { model: name, inputs, truncate, priority, keepAliveSeconds, actor } = parse(EmbeddingRequest, input)
    const model = library.get(name)
    const options = { priority, keepAliveSeconds, owner: actor.door, ownerId: actor.ownerId, signal }
    const { done, queueMs, loadMs } = await pool.embed(model, { inputs, truncate }, options)
    return { model: model.name, vectors: done.vectors, tokens: done.tokens, queueMs, loadMs }
  }
}

export function createRerank({ library, pool }: Deps): Rerank {
  return async (input, signal = new AbortController().signal) => {
    const { model: name, query, documents, priority, keepAliveSeconds, actor } = parse(RerankRequest, input)
    const model = library.get(name)
    const options = { priority, keepAliveSeconds, owner: actor.door, ownerId: actor.ownerId, signal }
    const { done, queueMs, loadMs } = await pool.rerank(model, { query, documents }, options)
    return { model: model.name, scores: done.scores, tokens: done.tokens, queueMs, loadMs }
  }
}

function parse<S extends z.ZodType>(schema: S, input: z.input<S>): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AppError(invalidInput(parsed.error.issues[0]))
}
