import { z } from 'zod'
import type { Actor } from '../../../shared/domain/actor.ts'
import { carryOut } from '../answering/answer.ts'
import { findChatModel, findModel } from '../answering/models.ts'
import { fieldsOf, parse, required } from '../answering/parameters.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { readJson } from '../guard/body.ts'
import type { Jobs } from '../jobs.ts'
import { ChatMessage, presentMessages, toMessage } from './chat-messages.ts'

export const TokenizeBody = z.object({
  model: z.string().min(1),
  prompt: z.string().optional(),
  messages: z.array(ChatMessage).min(1).optional(),
  return_token_strs: z.boolean().optional(),
})
export const DetokenizeBody = z.object({ model: z.string().min(1), tokens: z.array(z.int().min(0)).max(1_000_000) })

type Deps = Pick<ServerDeps, 'text'>

/** `POST /tokenize`, as vLLM has it: the tokens of a text, or of a conversation as the model reads it. */
export function tokenize(deps: Deps, jobs: Jobs): ServerHandler {
  return async (c) => {
    const present = fieldsOf(await readJson(c.req.raw))
    if (present['messages'] !== undefined) present['messages'] = presentMessages(present['messages'])
    const body = parse(TokenizeBody, present)
    const { prompt, messages } = body
    if (prompt === undefined && messages === undefined) throw required('prompt')
    c.get('record').setModel(body.model)
    const model = messages === undefined ? findModel(c, body.model, 'chat') : findChatModel(c, body.model)
    return carryOut(c, jobs, { input: messages === undefined ? 'prompt' : 'messages' }, async (signal) => {
      const text =
        messages === undefined
          ? (prompt ?? '')
          : await rendered(deps, { model: model.name, messages, actor: c.get('caller').actor }, signal)
      const tokens = await deps.text.tokenize(model.name, text, messages !== undefined, signal)
      const strings = async () => Promise.all(tokens.map((token) => deps.text.detokenize(model.name, [token], signal)))
      return {
        count: tokens.length,
        max_model_len: model.facts.contextLength ?? 0,
        tokens,
        token_strs: body.return_token_strs === true ? await strings() : null,
      }
    })
  }
}

/** `POST /detokenize`. */
export function detokenize(deps: Deps, jobs: Jobs): ServerHandler {
  return async (c) => {
    const body = parse(DetokenizeBody, fieldsOf(await readJson(c.req.raw)))
    c.get('record').setModel(body.model)
    const model = findModel(c, body.model, 'chat')
    return carryOut(c, jobs, { input: 'tokens' }, async (signal) => ({
      prompt: await deps.text.detokenize(model.name, body.tokens, signal),
    }))
  }
}

async function rendered(
  deps: Deps,
  { model, messages, actor }: { model: string; messages: z.infer<typeof ChatMessage>[]; actor: Actor },
  signal: AbortSignal,
): Promise<string> {
  const input = { kind: 'messages' as const, messages: messages.map(toMessage) }
  return (await deps.text.render({ model, input, actor }, signal)).text
}
