import type { GenerationRequestInput } from '../../shared/domain/generation.ts'
import type { EnginePool } from '../engines/pool.ts'
import type { Library } from '../models/library.ts'
import { assertCanAnswer, parseRequest, toEngineRequest } from './engine-request.ts'

/**
 * Reads what is already certain of a request that may follow, so that its answer starts at once. Resolves when it was
 * read, was given up for other work, or could not be begun; says whether it was read. Never throws: nobody waits for it.
 */
export type ReadAhead = (request: GenerationRequestInput, signal?: AbortSignal) => Promise<boolean>

export function createReadAhead({
  library,
  pool,
}: {
  library: Pick<Library, 'get'>
  pool: Pick<EnginePool, 'readAhead'>
}): ReadAhead {
  return async (input, signal = new AbortController().signal) => {
    try {
      const request = parseRequest(input)
      const model = library.get(request.model)
      assertCanAnswer(model, request)
      return (await pool.readAhead(model, toEngineRequest(request, model, 0), signal)) !== null
    } catch {
      // Whatever is wrong is told when the request itself comes.
      return false
    }
  }
}
