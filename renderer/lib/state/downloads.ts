import type { DownloadsState } from '../../../shared/domain/downloads.ts'
import { createLive } from '../live.ts'

/** The models on their way to this computer. */
export const useDownloads = createLive<DownloadsState>((client, signal) =>
  client.downloads.watch(undefined, { signal }),
)
