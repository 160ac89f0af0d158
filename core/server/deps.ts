import type { WebSocket } from 'ws'
import type { Actor } from '../../shared/domain/actor.ts'
import type { LoadedModel, Quarantine } from '../../shared/domain/engines.ts'
import type { EmbeddingRequestInput, GenerationEvent, GenerationRequestInput } from '../../shared/domain/generation.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { ServerExchange, ServerState } from '../../shared/domain/server.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { Rerank } from '../generation/embed.ts'
import type { Keys } from '../keys/keys.ts'
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
  /** What changes models is asked for under their own names; aliases lead to answers only. */
  library: Pick<Library, 'duplicate' | 'remove' | 'create' | 'find'>
  trials: Pick<Trials, 'previewTemplate'>
  uploads: Pick<Uploads, 'find' | 'receive'>
  createUploaded: CreateUploaded
  hashFile: HashFile
  listModels(): Model[]
  /**
   * By name or alias, without regard to case; `:latest` is understood.
   * @param standIn of which kind the usual model is given for a name that nobody knows, if the settings say so
   * @throws AppError model_not_found for an alias whose model is gone
   */
  findModel(name: string, standIn?: Model['facts']['kind']): Model | undefined
  /** The aliases that lead to a model. */
  listAliases(): { name: string; model: Model }[]
  loadedModels(): LoadedModel[]
  /** Models that are not loaded any more because they died again and again. */
  quarantined(): Quarantine[]
  metrics: Metrics
  version: string
  /** Folder of the built interface; null answers programs only. */
  rendererDir: string | null
  /** Serves the rpc contract over a socket that has been let in. */
  upgradeRpc(socket: WebSocket, actor: Actor): void
  settings(): Settings['server']
  keys: Keys
  /** The data folder: a certificate that Hearth makes for itself is kept there. */
  home: string
  /**
   * Environment: HEARTH_AUTH, HEARTH_ORIGINS, OLLAMA_ORIGINS, HEARTH_ALLOWED_HOSTS, HEARTH_TLS_CERT and _KEY are read
   * from it.
   */
  env: NodeJS.ProcessEnv
  /** Whether a real Ollama lives on this computer; looked up on the disk when absent. */
  ollamaInstalled?: () => boolean
  /** Milliseconds since the epoch. */
  clock: () => number
  log: ServerLog
}

export interface StartOptions {
  /** Name or address to bind; absent: as the environment, then the settings say. */
  host?: string | null
  /** The one and only port; absent: the port of the settings, and Ollama's while it is free. 0: any free one. */
  port?: number | null
  /** Started by `hearth serve`. */
  headless?: boolean
}

export interface ServerService {
  /**
   * Resolves when requests are answered.
   * @throws AppError port_in_use, port_forbidden, address_unavailable, key_required, and of HTTPS certificate_unreadable,
   * certificate_invalid, certificate_key_mismatch
   */
  start(options?: StartOptions): Promise<void>
  /** Stops accepting at once, lets running answers end for `graceMs`, then ends them with an error. */
  stop(options?: { graceMs?: number }): Promise<void>
  /**
   * Brings the open ports in line with changed settings, without touching the others; running answers come to their
   * end. Does nothing while off.
   * @throws AppError as {@link start}; then the old ports still answer
   */
  applySettings(): Promise<void>
  state(): ServerState
  /** Called after each change of {@link state}; returns how to stop listening. */
  onChange(listener: () => void): () => void
  /** Forgets the requests that have been answered, and their words. */
  clearRequests(): void
  /** What a request said and was answered; null once that is not in memory (any more). */
  inspect(id: string): Promise<ServerExchange | null>
  /**
   * Sends a kept request once more, as a program on this machine, and does not wait for its answer.
   * @returns the id of the new one
   * @throws AppError not_found when it is no longer kept, invalid_input when it can't be repeated
   */
  runAgain(id: string): string
  /** The words of all requests leave memory at once: nobody wants them kept any more. */
  forgetBodies(): void
  /**
   * A one-time link that lets one browser in, good for ten minutes.
   * @throws AppError invalid_input while the server is off or serves no interface
   */
  createLink(): { url: string }
}
