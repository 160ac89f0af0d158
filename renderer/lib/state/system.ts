import type { Notice, SystemInfo } from '../../../shared/domain/system.ts'
import { createLive } from '../live.ts'

/** Where Hearth runs and what this caller may do; does not change while connected. */
export const useSystemInfo = createLive<SystemInfo>(async (client, signal) => {
  const info = await client.system.info(undefined, { signal })
  return onceUntil(info, signal)
})

/** What the person should know once. */
export const useNotices = createLive<Notice[]>((client, signal) => client.system.watchNotices(undefined, { signal }))

/** A stream of one value that stays open, so that it is not asked for again and again. */
async function* onceUntil<T>(value: T, signal: AbortSignal): AsyncGenerator<T> {
  yield value
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
