import type { ErrorCode } from '../../shared/domain/errors.ts'
import type { Backend } from '../../shared/domain/hardware.ts'
import type { Model, ModelCheck } from '../../shared/domain/models.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { Hardware } from '../hardware/hardware.ts'
import type { Host } from '../host/host.ts'
import type { Log } from '../lib/log.ts'
import type { Notices } from '../system/notices.ts'
import type { Database } from '../storage/sqlite.ts'
import type { MachineMemory } from './machine-memory.ts'

/** What happens to a model, whoever asked for it and whether anybody waits. */
export type ModelEvent =
  | { type: 'loaded'; model: string; seconds: number }
  /** Its process died or hung, or it could not be loaded. */
  | { type: 'failed'; model: string; code: ErrorCode }
  /** It was idle and made room for another. */
  | { type: 'evicted'; model: string }

export interface PoolDeps {
  host: Host
  hardware: Pick<Hardware, 'choice' | 'cpu'>
  notices: Notices
  log: Log
  /** Remembers what was put aside. */
  database: Database
  /** The data folder. */
  home: string
  /** HEARTH_MAX_QUEUE, HEARTH_KEEP_ALIVE and OLLAMA_KEEP_ALIVE are read from it. */
  env: NodeJS.ProcessEnv
  settings: () => Settings['engine']
  /** Answers at the same time: `DESKTOP_SLOTS` or `SERVE_SLOTS` of models/fit/load-plan.ts; fewer where memory is short. */
  wantedSlots: number
  findModel: (name: string) => Model | undefined
  /** Our own build of the addon for a backend, where there is one that fits. */
  nativeAddon: (backend: Backend) => string | null
  /** Tries an unknown file in a throwaway process and keeps what was found; null where that can't be done. */
  check: ((model: Model) => Promise<ModelCheck | null>) | null
  /** Must not throw. */
  onModelEvent: (event: ModelEvent) => void
  /** Monotonic milliseconds. */
  clock: () => number
  /** Milliseconds since the epoch. */
  now: () => number
  memory?: MachineMemory
  /** Calls back regularly until it is stopped. */
  every?: (ms: number, tick: () => void) => () => void
}
