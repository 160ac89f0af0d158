import { nanoid } from 'nanoid'
import type { FinishEvent, GenerationEvent } from '../../../shared/domain/generation.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { answer, type AnswerParts } from '../answering/answer.ts'
import { findChatModel } from '../answering/models.ts'
import { EVENT_STREAM, serverSentEvent } from '../answering/text-stream.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { readJson } from '../guard/body.ts'
import { createCollector } from './chat-completion.ts'
import { createFramer } from './chat-frames.ts'
import { toRequest } from './chat-request.ts'
import { DONE, failedStream } from './frames.ts'

type Parts = AnswerParts & { deps: Pick<ServerDeps, 'clock'> }

/** What another API tells of an answer beside what this one does. */
export type FurtherFields = (event: FinishEvent, model: Model) => object

/** `POST /v1/chat/completions`, streamed or in one piece. */
export function chatCompletions(parts: Parts, more?: FurtherFields): ServerHandler {
  return async (c) => {
    const request = toRequest(await readJson(c.req.raw))
    c.get('record').setModel(request.model)
    const model = findChatModel(c, request.model)
    const head = { id: `chatcmpl-${nanoid()}`, created: Math.floor(parts.deps.clock() / 1000), model: request.model }
    const generation = { ...request.generation, model: model.name }
    const further = (event: FinishEvent) => more?.(event, model) ?? {}
    const { names } = request
    if (!request.stream) return answer(c, parts, { generation, form: { whole: createCollector(head, further) }, names })
    const framer = createFramer(head, request.includeUsage, further)
    const toTexts = (frames: object[]) => frames.map((frame) => serverSentEvent(JSON.stringify(frame)))
    const stream = {
      format: EVENT_STREAM,
      texts: (event: GenerationEvent) => toTexts(framer.toFrames(event)),
      last: () => [...toTexts(framer.last()), DONE],
      failed: failedStream,
    }
    return answer(c, parts, { generation, form: { stream }, names })
  }
}
