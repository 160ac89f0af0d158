import type { ErrorInfo } from '../domain/errors.ts'
import type { FinishReason, GenerationInput, GenerationRequest, Usage } from '../domain/generation.ts'
import type { Backend } from '../domain/hardware.ts'
import type { KvType } from '../domain/models.ts'

/** How a model is put into memory. */
export interface LoadOptions {
  path: string
  backend: Backend
  /** Tokens of each slot's context. */
  contextLength: number
  /** Sequences that can be answered at once. */
  slots: number
  /** Threads while single tokens are decoded, and while a prompt is read. */
  decodeThreads: number
  batchThreads: number
  /** What the KV cache is stored in. */
  kvType: KvType
  /** Layers on the GPU at most; null takes as many as fit. */
  gpuLayers: number | null
  /** A Jinja chat template instead of the file's own. */
  template: string | null
}

/** The part of a request that the engine needs; the core has resolved the rest. */
export type EngineRequest = Pick<
  GenerationRequest,
  | 'sampling'
  | 'maxTokens'
  | 'stop'
  | 'constraint'
  | 'tools'
  | 'toolChoice'
  | 'reasoning'
  | 'logprobs'
  | 'truncate'
  | 'cacheKey'
> & { input: GenerationInput; seed: number }

/** What the host tells the engine. One engine holds one model. */
export type HostToEngine =
  | { type: 'load'; options: LoadOptions }
  | { type: 'generate'; id: number; request: EngineRequest }
  | { type: 'cancel'; id: number }

export interface EngineTimings {
  prefillMs: number
  /** Tokens that were really read, not taken from the KV cache. */
  prefillTokens: number
  /** From the first to the last token of the answer. */
  decodeMs: number
}

/** What the engine tells its host. `ready` or a fatal `error` answers `load`. */
export type EngineToHost =
  | { type: 'progress'; progress: number }
  | { type: 'ready'; contextLength: number; slots: number; backend: Backend; canChat: boolean }
  | { type: 'prefill'; id: number; done: number; total: number; cached: number }
  /** Tokens of about 16 ms together; the first of an answer alone and at once. */
  | { type: 'text'; id: number; text: string; tokens: number }
  | {
      type: 'done'
      id: number
      reason: FinishReason
      usage: Usage
      timings: EngineTimings
      renderedTokens: number
      droppedMessages: number
    }
  /** Without an id it concerns the engine itself. */
  | { type: 'error'; id?: number; error: ErrorInfo; fatal: boolean }
  | { type: 'heartbeat'; residentBytes: number }
