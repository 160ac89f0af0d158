import { z } from 'zod'
import { carryOut } from '../answering/answer.ts'
import { keepAliveField, keepAliveOf } from '../answering/keep-alive.ts'
import { findModel } from '../answering/models.ts'
import { fieldsOf, parse, required, unsupported, wrong } from '../answering/parameters.ts'
import { PRIORITY_HEADER, priorityOf } from '../answering/priority.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { readJson } from '../guard/body.ts'
import type { Jobs } from '../jobs.ts'

const MOST = 2048
const tokens = z.array(z.int().min(0).max(0x7fffffff)).min(1)

export const Body = z.object({
  model: z.string().min(1),
  input: z.union([z.string(), tokens, z.array(z.string()).min(1).max(MOST), z.array(tokens).min(1).max(MOST)], {
    error: `must be a text or tokens, or an array of at most ${MOST} of them`,
  }),
  encoding_format: z.enum(['float', 'base64']).optional(),
  keep_alive: keepAliveField.optional(),
})

/** `POST /v1/embeddings`. */
export function embeddings(deps: Pick<ServerDeps, 'embed'>, jobs: Jobs): ServerHandler {
  return async (c) => {
    const present = fieldsOf(await readJson(c.req.raw))
    if (present['dimensions'] !== undefined) {
      throw unsupported('dimensions', 'Vectors of another length', 'Send the request without it and cut them yourself.')
    }
    if (present['input'] === undefined) throw required('input')
    const body = parse(Body, present)
    const inputs = toInputs(body.input)
    const priority = priorityOf(c.req.header(PRIORITY_HEADER))
    c.get('record').setModel(body.model)
    const model = findModel(c, body.model, 'embedding')
    return carryOut(c, jobs, { input: 'input' }, async (signal) => {
      const keep = keepAliveOf(body.keep_alive)
      const request = { model: model.name, inputs, truncate: false, priority, ...keep, actor: c.get('caller').actor }
      const { vectors, tokens: count } = await deps.embed(request, signal)
      return {
        object: 'list',
        data: vectors.map((vector, index) => ({
          object: 'embedding',
          index,
          embedding: body.encoding_format === 'base64' ? toBase64(vector) : Array.from(vector),
        })),
        model: body.model,
        usage: { prompt_tokens: count, total_tokens: count },
      }
    })
  }
}

function toInputs(input: z.infer<typeof Body>['input']): (string | number[])[] {
  const isTokens = Array.isArray(input) && typeof input[0] === 'number'
  // An array of numbers alone is one input; the schema allows no mixture.
  const inputs = (Array.isArray(input) && !isTokens ? input : [input]) as (string | number[])[]
  const empty = inputs.indexOf('')
  if (empty !== -1) throw wrong(typeof input === 'string' ? 'input' : `input[${empty}]`, 'it is empty')
  return inputs
}

/** 32-bit floats, little-endian, as clients of this API decode them. */
function toBase64(vector: ArrayLike<number>): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (let i = 0; i < vector.length; i++) bytes.writeFloatLE(vector[i] ?? 0, i * 4)
  return bytes.toString('base64')
}
