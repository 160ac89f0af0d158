import type { Notice, SystemInfo } from '../../../shared/domain/system.ts'
import { createLive } from '../live.ts'
import { onceUntil } from '../once-until.ts'

/** Where Hearth runs and what this caller may do; does not change while connected. */
export const useSystemInfo = createLive<SystemInfo>(async (client, signal) => {
  const info = await client.system.info(undefined, { signal })
  return onceUntil(info, signal)
})

/** What the person should know once. */
export const useNotices = createLive<Notice[]>((client, signal) => client.system.watchNotices(undefined, { signal }))
