import type { WebSocket } from 'ws'
import type { Actor } from '../../shared/domain/actor.ts'
import type { LoadedModel } from '../../shared/domain/engines.ts'
import type { EmbeddingRequestInput, GenerationEvent, GenerationRequestInput } from '../../shared/domain/generation.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { ServerState } from '../../shared/domain/server.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { Rerank } from '../generation/embed.ts'
import type { ModelText } from '../generation/text.ts'
import type { Pull } from '../downloads/pull.ts'
import type { Metrics } from './ops/metrics.ts'
import type { HashFile } from '../lib/hash-file.ts'
import type { CreateUploaded } from '../models/create-uploaded.ts'
import type { Library } from '../models/library.ts'
import type { Trials } from '../models/trials.ts'
import type { Uploads } from '../models/uploads.ts'

/** The part of a pino logger that the server uses. */
export interface ServerLog {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** What the server needs from the rest of the core. */
export interface ServerDeps {
  /** The one path of a prompt. Leaving the iterator early, or the signal, stops the engine. */
  generate(request: GenerationRequestInput, signal: AbortSignal): AsyncIterable<GenerationEvent>
  /**
   * One vector of length 1 for each input, in order, and how many tokens they had.
   * @throws AppError model_cannot_embed, context_overflow, queue_full, and as {@link generate} tells
   */
  embed(
    request: EmbeddingRequestInput,
    signal: AbortSignal,
  ): Promise<{ vectors: readonly ArrayLike<number>[]; tokens: number; loadMs: number }>
  /** How well each document answers the query, in their order. @throws AppError model_cannot_rerank, and as {@link embed} */
  rerank: Rerank
  text: ModelText
  /** Loads a model if it is not in memory, and says how long it stays. @throws AppError as {@link generate} tells */
  load(model: Model, wanted: { keepAliveSeconds?: number; contextLength?: number }): Promise<void>
  /** Resolves when its memory is free. */
  unload(name: string): Promise<void>
  pull: Pull
  library: Pick<Library, 'duplicate' | 'remove' | 'create'>
  trials: Pick<Trials, 'previewTemplate'>
  uploads: Pick<Uploads, 'find' | 'receive'>
  createUploaded: CreateUploaded
  hashFile: HashFile
  listModels(): Model[]
  /** By name or alias, without regard to case; `:latest` is understood. */
  findModel(name: string): Model | undefined
  loadedModels(): LoadedModel[]
  metrics: Metrics
  version: string
  /** Folder of the built interface; null answers programs only. */
  rendererDir: string | null
  /** Serves the rpc contract over a socket that has been let in. */
  upgradeRpc(socket: WebSocket, actor: Actor): void
  settings(): Settings['server']
  /** HEARTH_API_KEY; null when none is set. */
  apiKey: string | null
  /** Environment: HEARTH_AUTH, HEARTH_ORIGINS, OLLAMA_ORIGINS and HEARTH_HOSTS are read from it. */
  env: NodeJS.ProcessEnv
  /** Whether a real Ollama lives on this computer; looked up on the disk when absent. */
  ollamaInstalled?: () => boolean
  /** Milliseconds since the epoch. */
  clock: () => number
  log: ServerLog
}

export interface StartOptions {
  /** Name or address to bind; absent: 127.0.0.1. */
  host?: string | null
  /** The one and only port; absent: the port of the settings, and Ollama's while it is free. 0: any free one. */
  port?: number | null
  /** Started by `hearth serve`. */
  headless?: boolean
}

export interface ServerService {
  /**
   * Resolves when requests are answered.
   * @throws AppError port_in_use, port_forbidden, address_unavailable, key_required
   */
  start(options?: StartOptions): Promise<void>
  /** Stops accepting at once, lets running answers end for `graceMs`, then ends them with an error. */
  stop(options?: { graceMs?: number }): Promise<void>
  /**
   * Brings the open ports in line with changed settings, without touching the others. Does nothing while off.
   * @throws AppError as {@link start}; then the old ports still answer
   */
  applySettings(): Promise<void>
  state(): ServerState
  /** Called after each change of {@link state}; returns how to stop listening. */
  onChange(listener: () => void): () => void
  clearRequests(): void
  /**
   * A one-time link that lets one browser in, good for ten minutes.
   * @throws AppError invalid_input while the server is off or serves no interface
   */
  createLink(): { url: string }
}
