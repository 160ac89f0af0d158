import { AppError } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { findModel } from '../answering/models.ts'
import type { ServerContext } from '../context.ts'
import { HttpRefusal } from '../errors.ts'
import { assertName } from './names.ts'

/**
 * A model by the name that a client of this API uses; the texts are those that clients look for.
 * @throws HttpRefusal 400, 404, or what is wrong with its file
 */
export function findNamed(
  c: ServerContext,
  name: string | undefined,
  missing: string,
  {
    standIn,
    words = notFoundWords,
  }: { standIn?: Model['facts']['kind'] | undefined; words?: typeof notFoundWords } = {},
): Model {
  if (name === undefined || name === '') throw new HttpRefusal(400, missing)
  try {
    return findModel(c, name, standIn)
  } catch (error) {
    if (error instanceof AppError && error.code === 'model_not_found') {
      assertName(name)
      const behind = error.data?.['alias'] === undefined ? '' : `: ${error.message}`
      throw new HttpRefusal(404, `${words(name.slice(0, 200))}${behind}`)
    }
    throw error
  }
}

/**
 * A model by a name of its own, for what changes models: never through an alias.
 * @throws HttpRefusal 400, 404
 */
export function findOwn(c: ServerContext, name: string | undefined, missing: string): Model {
  if (name === undefined || name === '') throw new HttpRefusal(400, missing)
  const model = c.get('models').own(name)
  if (model !== undefined) return model
  assertName(name)
  throw new HttpRefusal(404, notFoundWords(name.slice(0, 200)))
}

function notFoundWords(name: string): string {
  return `model '${name}' not found`
}
