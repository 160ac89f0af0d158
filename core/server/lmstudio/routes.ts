import type { FinishEvent } from '../../../shared/domain/generation.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { AnswerParts } from '../answering/answer.ts'
import type { Route } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { chatCompletions } from '../openai/chat-completions.ts'
import { embeddings } from '../openai/embeddings.ts'
import { textCompletions } from '../openai/text-completions.ts'
import { createResponseStore } from '../answering/response-store.ts'
import { chat } from './chat.ts'
import { downloadRoutes } from './download-jobs.ts'
import * as instances from './instances.ts'
import { listModels, retrieveModel } from './models.ts'
import { statsOf } from './stats.ts'

/** LM Studio's APIs: the older one has OpenAI's forms with the figures of each answer, the newer one its own. */
export function lmStudioRoutes(parts: AnswerParts & { deps: ServerDeps }): Route[] {
  const { deps, jobs } = parts
  const stats = (event: FinishEvent, model: Model) => statsOf(event, model, deps)
  return [
    { path: '/api/v0/models', scope: 'inference', methods: { GET: listModels() } },
    { path: '/api/v0/models/:id{.+}', scope: 'inference', methods: { GET: retrieveModel() } },
    { path: '/api/v0/chat/completions', scope: 'inference', methods: { POST: chatCompletions(parts, stats) } },
    { path: '/api/v0/completions', scope: 'inference', methods: { POST: textCompletions(parts, stats) } },
    { path: '/api/v0/embeddings', scope: 'inference', methods: { POST: embeddings(deps, jobs) } },
    { path: '/api/v1/models', scope: 'inference', methods: { GET: instances.listModels() } },
    { path: '/api/v1/models/load', scope: 'management', methods: { POST: instances.load(deps) } },
    { path: '/api/v1/models/unload', scope: 'management', methods: { POST: instances.unload(deps) } },
    ...downloadRoutes(deps),
    { path: '/api/v1/chat', scope: 'inference', methods: { POST: chat(parts, createResponseStore()) } },
  ]
}
