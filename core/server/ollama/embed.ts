import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import { carryOut } from '../answering/answer.ts'
import { keepAliveField, keepAliveOf } from '../answering/keep-alive.ts'
import { fieldsOf, parse } from '../answering/parameters.ts'
import { PRIORITY_HEADER, priorityOf } from '../answering/priority.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import { readJson } from '../guard/body.ts'
import type { Jobs } from '../jobs.ts'
import { Options } from './controls.ts'
import { nanoseconds, toCounts } from './durations.ts'
import { findNamed } from './errors.ts'

const MOST = 2048

export const EmbedBody = z.object({
  model: z.string().optional(),
  input: z
    .union([z.string(), z.array(z.string()).max(MOST)], {
      error: `must be a text or an array of at most ${MOST} of them`,
    })
    .default([]),
  truncate: z.boolean().default(true),
  dimensions: z.int().min(1).optional(),
  keep_alive: keepAliveField.optional(),
  options: Options.optional(),
})

export const EmbeddingsBody = z.object({
  model: z.string().optional(),
  prompt: z.string().default(''),
  keep_alive: keepAliveField.optional(),
  options: Options.optional(),
})

type Deps = Pick<ServerDeps, 'embed'>

/** `POST /api/embed`: many texts, vectors of length 1. */
export function embed(deps: Deps, jobs: Jobs): ServerHandler {
  return async (c) => {
    const started = performance.now()
    const body = parse(EmbedBody, fieldsOf(await readJson(c.req.raw)))
    const model = findNamed(c, body.model, 'model is required', { standIn: 'embedding', words: notFound })
    c.get('record').setModel(body.model ?? '')
    const inputs = [body.input].flat()
    if (inputs.length === 0 || body.input === '') return c.json({ model: body.model, embeddings: [] })
    const priority = priorityOf(c.req.header(PRIORITY_HEADER))
    const keep = keepAliveOf(body.keep_alive)
    return carryOut(c, jobs, { input: 'input' }, async (signal) => {
      const request = {
        model: model.name,
        inputs,
        truncate: body.truncate,
        priority,
        ...keep,
        actor: c.get('caller').actor,
      }
      const { vectors, tokens, loadMs } = await deps.embed(request, signal).catch(explain)
      return {
        model: body.model,
        embeddings: vectors.map((vector) => shorten(vector, body.dimensions)),
        ...toCounts({
          total_duration: nanoseconds(performance.now() - started),
          load_duration: nanoseconds(loadMs),
          prompt_eval_count: tokens,
        }),
      }
    })
  }
}

/** `POST /api/embeddings`: the older form, one text. */
export function embeddings(deps: Deps, jobs: Jobs): ServerHandler {
  return async (c) => {
    const body = parse(EmbeddingsBody, fieldsOf(await readJson(c.req.raw)))
    const model = findNamed(c, body.model, 'model is required', { standIn: 'embedding', words: notFound })
    c.get('record').setModel(body.model ?? '')
    if (body.prompt === '') return c.json({ embedding: [] })
    const priority = priorityOf(c.req.header(PRIORITY_HEADER))
    const keep = keepAliveOf(body.keep_alive)
    return carryOut(c, jobs, { input: 'prompt' }, async (signal) => {
      const request = {
        model: model.name,
        inputs: [body.prompt],
        truncate: true,
        priority,
        ...keep,
        actor: c.get('caller').actor,
      }
      const { vectors } = await deps.embed(request, signal)
      return { embedding: Array.from(vectors[0] ?? []) }
    })
  }
}

function notFound(name: string): string {
  return `model "${name}" not found, try pulling it first`
}

function explain(error: unknown): never {
  if (error instanceof AppError && error.code === 'context_overflow') {
    throw new HttpRefusal(400, 'the input length exceeds the context length')
  }
  throw error
}

/** The first numbers of a vector, of length 1 again. */
function shorten(vector: ArrayLike<number>, dimensions: number | undefined): number[] {
  const all = Array.from(vector)
  if (dimensions === undefined || dimensions >= all.length) return all
  const kept = all.slice(0, dimensions)
  const length = Math.hypot(...kept)
  return length === 0 ? kept : kept.map((value) => value / length)
}
