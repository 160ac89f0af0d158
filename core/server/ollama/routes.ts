import type { AnswerParts } from '../answering/answer.ts'
import type { Route } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { askForBlob, sendBlob } from './blobs.ts'
import { chat } from './chat.ts'
import { create } from './create.ts'
import { embed, embeddings } from './embed.ts'
import { generate } from './generate.ts'
import { copy, pull, push, remove } from './manage.ts'
import { ps, show, tags } from './models.ts'

/** Ollama's own API. */
export function ollamaRoutes(parts: AnswerParts & { deps: ServerDeps }): Route[] {
  const { deps, jobs } = parts
  return [
    { path: '/api/version', scope: 'inference', methods: { GET: (c) => c.json({ version: deps.version }) } },
    { path: '/api/generate', scope: 'inference', methods: { POST: generate(parts) } },
    { path: '/api/chat', scope: 'inference', methods: { POST: chat(parts) } },
    { path: '/api/embed', scope: 'inference', methods: { POST: embed(deps, jobs) } },
    { path: '/api/embeddings', scope: 'inference', methods: { POST: embeddings(deps, jobs) } },
    { path: '/api/tags', scope: 'inference', methods: { GET: tags() } },
    { path: '/api/ps', scope: 'inference', methods: { GET: ps(deps) } },
    { path: '/api/show', scope: 'inference', methods: { POST: show() } },
    { path: '/api/copy', scope: 'management', methods: { POST: copy(deps) } },
    { path: '/api/delete', scope: 'management', methods: { DELETE: remove(deps) } },
    { path: '/api/create', scope: 'management', methods: { POST: create(deps, jobs) } },
    {
      path: '/api/blobs/:digest',
      scope: 'management',
      methods: { GET: askForBlob(deps), POST: sendBlob(deps, jobs) },
    },
    { path: '/api/pull', scope: 'management', methods: { POST: pull(deps, jobs) } },
    { path: '/api/push', scope: 'management', methods: { POST: push } },
  ]
}
