import type { Model } from '../../../shared/domain/models.ts'
import { keepAliveOf } from '../answering/keep-alive.ts'
import type { ServerDeps } from '../deps.ts'

/**
 * A request without anything to answer loads a model, or unloads it with a `keep_alive` of 0.
 * @returns the word for it
 * @throws AppError as a load
 */
export async function loadOrUnload(
  deps: Pick<ServerDeps, 'load' | 'unload'>,
  model: Model,
  keepAlive: string | number | undefined,
): Promise<'load' | 'unload'> {
  const wanted = keepAliveOf(keepAlive)
  if (wanted.keepAliveSeconds === 0) {
    await deps.unload(model.name)
    return 'unload'
  }
  await deps.load(model, wanted)
  return 'load'
}
