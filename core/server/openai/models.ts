import { AppError } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'

function toListing(model: Model, id = model.name): object {
  return { id, object: 'model', created: Math.floor(model.addedAt / 1000), owned_by: 'hearth' }
}

/**
 * A model that a program named.
 * @throws AppError model_not_found, or what is wrong with its file
 */
export function findModel(deps: Pick<ServerDeps, 'findModel'>, name: string): Model {
  const model = deps.findModel(name)
  if (model === undefined) {
    throw new AppError({
      code: 'model_not_found',
      message: `There is no model "${name.slice(0, 200)}" on this computer.`,
      suggestion: 'Use one of the names that GET /v1/models lists, or add a model in Hearth.',
      data: { parameter: 'model' },
    })
  }
  if (model.problem !== null) throw new AppError(model.problem)
  return model
}

/**
 * A model that a program wants an answer from.
 * @throws AppError model_not_found, model_cannot_chat, or what is wrong with its file
 */
export function findChatModel(deps: Pick<ServerDeps, 'findModel'>, name: string): Model {
  const model = findModel(deps, name)
  if (model.facts.kind === 'embedding') {
    throw new AppError({
      code: 'model_cannot_chat',
      message: `The model "${model.name}" turns text into vectors and can't write an answer.`,
      suggestion: 'Use a chat model.',
      data: { parameter: 'model' },
    })
  }
  return model
}

/** `GET /v1/models`. Models that can answer come first, because many programs take the first one. */
export function listModels(deps: Pick<ServerDeps, 'listModels'>): ServerHandler {
  return (c) => {
    const usable = deps.listModels().filter((model) => model.problem === null)
    const rank = (model: Model) => (model.facts.kind === 'chat' ? 0 : 1)
    const data = usable.toSorted((a, b) => rank(a) - rank(b)).map((model) => toListing(model))
    return c.json({ object: 'list', data })
  }
}

/** `GET /v1/models/{id}`, by name or alias. */
export function retrieveModel(deps: Pick<ServerDeps, 'findModel'>): ServerHandler {
  return (c) => {
    const id = c.req.param('id') ?? ''
    return c.json(toListing(findModel(deps, id), id))
  }
}
