import type { Model } from '../../../shared/domain/models.ts'
import { findModel } from '../answering/models.ts'
import type { ServerHandler } from '../context.ts'

function toListing(model: Model, id: string): object {
  return { id, object: 'model', created: Math.floor(model.addedAt / 1000), owned_by: 'hearth' }
}

/**
 * `GET /v1/models`: every name that is answered, because programs look here for it. Models that can write come first,
 * because many programs take the first one.
 */
export function listModels(): ServerHandler {
  return (c) => {
    const models = c.get('models')
    const names = [...models.list().map((model) => ({ name: model.name, model })), ...models.aliases()]
    const rank = (model: Model) => (model.facts.kind === 'chat' ? 0 : 1)
    const data = names
      .filter(({ model }) => model.problem === null)
      .toSorted((a, b) => rank(a.model) - rank(b.model))
      .map(({ name, model }) => toListing(model, name))
    return c.json({ object: 'list', data })
  }
}

/** `GET /v1/models/{id}`, by name or alias. */
export function retrieveModel(): ServerHandler {
  return (c) => {
    const id = c.req.param('id') ?? ''
    return c.json(toListing(findModel(c, id), id))
  }
}
