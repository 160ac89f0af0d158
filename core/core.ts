import type { Actor } from '../shared/domain/actor.ts'
import type { ServerState } from '../shared/domain/server.ts'
import type { Chats } from './chats/chats.ts'
import type { IdleWork } from './engines/idle-work.ts'
import type { EnginePool } from './engines/pool.ts'
import type { Generate } from './generation/generate.ts'
import type { Hardware } from './hardware/hardware.ts'
import type { PortLike } from './host/electron-host.ts'
import type { Downloads } from './downloads/downloads.ts'
import type { Pull } from './downloads/pull.ts'
import type { Desktop } from './host/host.ts'
import type { Hubs } from './hubs/hubs.ts'
import type { Keys } from './keys/keys.ts'
import type { Log } from './lib/log.ts'
import type { Topic } from './lib/topic.ts'
import type { Fit } from './models/fit/fit.ts'
import type { Library } from './models/library.ts'
import type { Trials } from './models/trials.ts'
import type { ServerService } from './server/deps.ts'
import type { SettingsService } from './settings/settings.ts'
import type { StorageUse } from './storage-use/storage-use.ts'
import type { Notices } from './system/notices.ts'

/** The running core: all services, as the rpc routers and the entries use them. */
export interface Core {
  home: string
  version: string
  /** The operating system's language, as `zh-CN`. */
  locale: string
  desktop: Desktop | null
  notices: Notices
  settings: SettingsService
  hardware: Hardware
  library: Library
  fit: Fit
  hubs: Hubs
  downloads: Downloads
  /** The one way to fetch a model by name. */
  pull: Pull
  storageUse: StorageUse
  pool: EnginePool
  /** Measures and tries models while nobody needs the machine. */
  tuning: IdleWork
  generate: Generate
  chats: Chats
  keys: Keys
  server: ServerService
  serverTopic: Topic<ServerState>
  log: Log
  trials: Trials
  /** The switch of the window. Rejects with why the server can't start; then the setting stays as it was. */
  setServerEnabled(enabled: boolean): Promise<void>
  /** Serves the rpc contract over a port of the app. */
  serve(port: PortLike, actor: Actor): void
  /** Ends answers, the server and every process of ours. What was written is kept. */
  close(): Promise<void>
}
