import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { findModel } from '../answering/models.ts'
import type { ServerHandler } from '../context.ts'

/** `GET /api/v0/models`. */
export function listModels(): ServerHandler {
  return (c) => {
    const models = c.get('models')
    const loaded = models.loaded()
    const usable = models.list().filter(({ problem }) => problem === null)
    return c.json({ object: 'list', data: usable.map((model) => toModel(model, loaded)) })
  }
}

/** `GET /api/v0/models/{id}`. */
export function retrieveModel(): ServerHandler {
  return (c) => {
    const id = c.req.param('id') ?? ''
    return c.json({ ...toModel(findModel(c, id), c.get('models').loaded()), id })
  }
}

function toModel({ name, source, facts, conformance }: Model, all: readonly LoadedModel[]): object {
  const loaded = all.find(({ model, state }) => model === name && state === 'ready')
  const isChat = facts.kind === 'chat'
  return {
    id: name,
    object: 'model',
    type: isChat ? 'llm' : 'embeddings',
    publisher: source?.repo.split('/')[0] ?? 'local',
    arch: facts.architecture,
    compatibility_type: 'gguf',
    quantization: facts.quantization,
    state: loaded === undefined ? 'not-loaded' : 'loaded',
    max_context_length: facts.contextLength ?? 0,
    ...(loaded?.contextLength == null ? {} : { loaded_context_length: loaded.contextLength }),
    ...(isChat && conformance?.tools !== 'none' ? { capabilities: ['tool_use'] } : {}),
  }
}
