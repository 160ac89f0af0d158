import { AppError } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { ServerDeps } from '../deps.ts'

/**
 * A model that a program named.
 * @param standIn the kind of which the usual model may answer to a name that nobody knows, where the settings allow it
 * @throws AppError model_not_found, or what is wrong with its file
 */
export function findModel(deps: Pick<ServerDeps, 'findModel'>, name: string, standIn?: Model['facts']['kind']): Model {
  const model = deps.findModel(name, standIn)
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
  const model = findModel(deps, name, 'chat')
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

/** The model for who names none: one that is in memory, else the first that can do it. */
export function usualModel(
  deps: Pick<ServerDeps, 'listModels' | 'loadedModels'>,
  kind: Model['facts']['kind'] = 'chat',
): Model | undefined {
  const able = deps.listModels().filter(({ facts, problem }) => facts.kind === kind && problem === null)
  const ready = deps.loadedModels().filter(({ state }) => state === 'ready')
  return able.find(({ name }) => ready.some((loaded) => loaded.model === name)) ?? able[0]
}
