import type { AnswerParts } from '../answering/answer.ts'
import type { Route } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { chat } from './chat.ts'
import { embed, embeddings } from './embed.ts'
import { generate } from './generate.ts'
import { copy, create, pull, push, remove } from './manage.ts'
import { ps, show, tags } from './models.ts'

/** Ollama's own API. */
export function ollamaRoutes(parts: AnswerParts & { deps: ServerDeps }): Route[] {
  const { deps, jobs } = parts
  return [
    { path: '/api/version', methods: { GET: (c) => c.json({ version: deps.version }) } },
    { path: '/api/generate', methods: { POST: generate(parts) } },
    { path: '/api/chat', methods: { POST: chat(parts) } },
    { path: '/api/embed', methods: { POST: embed(deps, jobs) } },
    { path: '/api/embeddings', methods: { POST: embeddings(deps, jobs) } },
    { path: '/api/tags', methods: { GET: tags(deps) } },
    { path: '/api/ps', methods: { GET: ps(deps) } },
    { path: '/api/show', methods: { POST: show(deps) } },
    { path: '/api/copy', methods: { POST: copy(deps) } },
    { path: '/api/delete', methods: { DELETE: remove(deps) } },
    { path: '/api/create', methods: { POST: create(deps, jobs) } },
    { path: '/api/pull', methods: { POST: pull(deps, jobs) } },
    { path: '/api/push', methods: { POST: push } },
  ]
}
