import { AppError } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { findModel } from '../answering/models.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import { assertName } from './names.ts'

/**
 * A model by the name that a client of this API uses; the texts are those that clients look for.
 * @throws HttpRefusal 400, 404, or what is wrong with its file
 */
export function findNamed(
  deps: Pick<ServerDeps, 'findModel'>,
  name: string | undefined,
  missing: string,
  notFound = (shown: string) => `model '${shown}' not found`,
): Model {
  if (name === undefined || name === '') throw new HttpRefusal(400, missing)
  try {
    return findModel(deps, name)
  } catch (error) {
    if (error instanceof AppError && error.code === 'model_not_found') {
      assertName(name)
      throw new HttpRefusal(404, notFound(name.slice(0, 200)))
    }
    throw error
  }
}
