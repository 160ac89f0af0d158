import { nanoid } from 'nanoid'
import { answer, type AnswerParts, carryOut } from '../answering/answer.ts'
import { findChatModel } from '../answering/models.ts'
import type { Route, ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { readJson } from '../guard/body.ts'
import { streamForm, wholeForm } from './frames.ts'
import { toCountRequest, toRequest } from './request.ts'

const NAMES = { input: 'messages' }

type Parts = AnswerParts & { deps: Pick<ServerDeps, 'text'> }

/** Anthropic's API. */
export function anthropicRoutes(parts: Parts): Route[] {
  return [
    { path: '/v1/messages', scope: 'inference', methods: { POST: messages(parts) } },
    { path: '/v1/messages/count_tokens', scope: 'inference', methods: { POST: countTokens(parts) } },
  ]
}

/** `POST /v1/messages`, streamed or in one piece. */
function messages(parts: Parts): ServerHandler {
  return async (c) => {
    const request = toRequest(await readJson(c.req.raw))
    c.get('record').setModel(request.model)
    const model = findChatModel(c, request.model)
    const head = { id: `msg_${nanoid()}`, model: request.model }
    const form = request.stream ? { stream: streamForm(head) } : { whole: wholeForm(head) }
    return answer(c, parts, { generation: { ...request.generation, model: model.name }, form, names: NAMES })
  }
}

/** `POST /v1/messages/count_tokens`: of the prompt as the model would read it. */
function countTokens({ deps, jobs }: Parts): ServerHandler {
  return async (c) => {
    const { model: name, generation } = toCountRequest(await readJson(c.req.raw))
    c.get('record').setModel(name)
    const model = findChatModel(c, name)
    return carryOut(c, jobs, NAMES, async (signal) => {
      const { tokens } = await deps.text.render(
        { ...generation, model: model.name, actor: c.get('caller').actor },
        signal,
      )
      return { input_tokens: tokens }
    })
  }
}
