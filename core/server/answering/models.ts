import { AppError } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { ServerContext } from '../context.ts'

/**
 * A model that a program named.
 * @param standIn the kind of which the usual model may answer to a name that nobody knows, where the settings allow it
 * @throws AppError model_not_found, or what is wrong with its file
 */
export function findModel(c: ServerContext, name: string, standIn?: Model['facts']['kind']): Model {
  const model = c.get('models').find(name, standIn)
  if (model === undefined) throw noSuchModel(name)
  if (model.problem !== null) throw new AppError(model.problem)
  return model
}

/**
 * Refuses a name that the caller's key does not allow, in the words for one that is not here.
 * @throws AppError model_not_found
 */
export function assertMayName(c: ServerContext, name: string): void {
  if (!c.get('models').mayName(name)) throw noSuchModel(name)
}

function noSuchModel(name: string): AppError {
  return new AppError({
    code: 'model_not_found',
    message: `There is no model "${name.slice(0, 200)}" on this computer.`,
    suggestion: 'Use one of the names that GET /v1/models lists, or add a model in Hearth.',
    data: { parameter: 'model' },
  })
}

/**
 * A model that a program wants an answer from.
 * @throws AppError model_not_found, model_cannot_chat, or what is wrong with its file
 */
export function findChatModel(c: ServerContext, name: string): Model {
  const model = findModel(c, name, 'chat')
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
