import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import type { GenerationInput, PromptMessage } from '../../../shared/domain/generation.ts'
import { answer, type AnswerParts } from '../answering/answer.ts'
import { fieldsOf, parse, wrong } from '../answering/parameters.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import { readJson } from '../guard/body.ts'
import { readContext, writeContext } from './conversation-context.ts'
import { controlFields, refuseImages, toControlled } from './controls.ts'
import { findNamed } from './errors.ts'
import { type Piece, toForm } from './frames.ts'
import { loadOrUnload } from './residence.ts'

/** Characters of the longest templates of today, ten times. */
const MAX_TEMPLATE = 200_000

export const Body = z.object({
  ...controlFields,
  prompt: z.string().default(''),
  suffix: z.string().default(''),
  system: z.string().default(''),
  template: z.string().default(''),
  context: z.array(z.int()).default([]),
  raw: z.boolean().default(false),
})
type Body = z.infer<typeof Body>

/** `POST /api/generate`. */
export function generate(parts: AnswerParts & { deps: Pick<ServerDeps, 'clock' | 'load' | 'unload'> }): ServerHandler {
  const { deps } = parts
  return async (c) => {
    const present = fieldsOf(await readJson(c.req.raw))
    refuseImages(present['images'], 'images')
    const body = parse(Body, present)
    // Unlike its other endpoints: without a name there is no such model.
    if ((body.model ?? '') === '') throw new HttpRefusal(404, "model '' not found")
    const isResidence = body.prompt === '' && body.suffix === ''
    const model = findNamed(c, body.model, 'model is required', { standIn: isResidence ? undefined : 'chat' })
    const name = body.model ?? ''
    c.get('record').setModel(name)
    if (isResidence) {
      const done_reason = await loadOrUnload(deps, model, body.keep_alive)
      const line = {
        model: name,
        created_at: new Date(deps.clock()).toISOString(),
        response: '',
        done: true,
        done_reason,
      }
      return c.json(line)
    }
    refuseContradictions(body)
    const messages = toMessages(body)
    const input: GenerationInput = body.raw
      ? { kind: 'prompt', prompt: body.prompt }
      : body.suffix === ''
        ? { kind: 'messages', messages }
        : { kind: 'infill', prefix: body.prompt, suffix: body.suffix }
    const context =
      input.kind === 'messages'
        ? { last: (text: string) => ({ context: writeContext([...messages, { role: 'assistant', content: text }]) }) }
        : {}
    const form = toForm({ model: name, clock: deps.clock, body: toResponseBody, ...context }, body.stream ?? true)
    const generation = {
      ...toControlled(body, model),
      model: model.name,
      input,
      ...(body.template === '' ? {} : { goTemplate: body.template }),
    }
    const names = { input: 'prompt', form: 'format' }
    return answer(c, parts, { generation, form, names }).catch((error: unknown) => {
      const isInfill =
        error instanceof AppError && error.code === 'unsupported_parameter' && error.data?.['parameter'] === 'suffix'
      throw isInfill ? new HttpRefusal(400, `"${name.slice(0, 200)}" does not support insert`) : error
    })
  }
}

function toResponseBody({ text, thinking }: Piece): object {
  return { response: text, ...(thinking === '' ? {} : { thinking }) }
}

/** @throws AppError invalid_input, unsupported_parameter */
function refuseContradictions({ raw, system, template, context, suffix }: Body): void {
  if (template.length > MAX_TEMPLATE) throw wrong('template', `it is longer than ${MAX_TEMPLATE} characters`)
  if (raw && (system !== '' || template !== '' || context.length > 0)) {
    throw wrong('raw', 'raw mode does not support template, system, or context')
  }
  if (suffix !== '' && (system !== '' || template !== '' || context.length > 0)) {
    throw wrong('suffix', 'text between two others takes no template, no system prompt and no context')
  }
}

function toMessages({ system, context, prompt }: Body): PromptMessage[] {
  const before = context.length === 0 ? [] : readContext(context)
  const kept = system === '' ? before : before.filter(({ role }) => role !== 'system')
  return [
    ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
    ...kept,
    { role: 'user', content: prompt },
  ]
}
