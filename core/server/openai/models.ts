import type { Model } from '../../../shared/domain/models.ts'
import { findModel } from '../answering/models.ts'
import type { ServerHandler } from '../context.ts'

function toListing(model: Model, id = model.name): object {
  return { id, object: 'model', created: Math.floor(model.addedAt / 1000), owned_by: 'hearth' }
}

/** `GET /v1/models`. Models that can answer come first, because many programs take the first one. */
export function listModels(): ServerHandler {
  return (c) => {
    const usable = c
      .get('models')
      .list()
      .filter((model) => model.problem === null)
    const rank = (model: Model) => (model.facts.kind === 'chat' ? 0 : 1)
    const data = usable.toSorted((a, b) => rank(a) - rank(b)).map((model) => toListing(model))
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
