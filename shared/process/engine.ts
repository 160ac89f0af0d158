import type { ErrorInfo } from '../domain/errors.ts'
import type {
  CacheSource,
  FinishReason,
  GenerationInput,
  GenerationRequest,
  TokenLogprob,
  Usage,
} from '../domain/generation.ts'
import type { EngineSlot } from '../domain/engines.ts'
import type { Backend } from '../domain/hardware.ts'
import type { ChatTemplateSource, KvType } from '../domain/models.ts'

/** What the core may set apart for each machine and model after it measured them; see `core/engines/tuning`. */
export interface EngineTuning {
  /** Threads while single tokens are decoded, and while a prompt is read. */
  decodeThreads: number
  batchThreads: number
  /** Batches of at most so many tokens are computed with the decode threads. */
  decodeBatchMax: number
  flashAttention: boolean
  /** Tokens of one native batch at most. */
  batchSize: number
}

/** How a model is put into memory. */
export interface LoadOptions extends EngineTuning {
  path: string
  backend: Backend
  /** Tokens of each slot's context. */
  contextLength: number
  /** Sequences that can be answered at once. */
  slots: number
  /** What the KV cache is stored in. */
  kvType: KvType
  /** Layers on the GPU at most; null takes as many as fit. */
  gpuLayers: number | null
  /** Whether the file is mapped instead of read; null: what is faster. */
  mmap: boolean | null
  /** Whether its memory is kept from being swapped out. */
  mlock: boolean
  /** LoRA adapters, in order. */
  loras: { path: string; scale: number }[]
  /** A small model of the same vocabulary that guesses ahead; null: none. */
  draftPath: string | null
  /** Only our own build of the addon can obey these; without it they are refused when they are not empty. */
  split: GpuSplit
  /** A chat template instead of the file's own. */
  template: ChatTemplateSource | null
  /** How tools are offered; null: decided from the template. */
  toolStyle: 'native' | 'generic' | null
  /** Where states of displaced conversations are kept; null keeps none. */
  stateCache: StateCacheOptions | null
  /** Our own build of the addon, where there is one that fits; null takes the library's. */
  nativeAddon: string | null
}

/** Distribution over several GPUs, and of a mixture's experts. */
export interface GpuSplit {
  /** Index of the GPU that holds what is not split. */
  mainGpu: number | null
  /** Share of each GPU; empty: by free memory. */
  tensorSplit: number[]
  /** Layers whose experts stay on the processor, counted from the first; 0 none. */
  cpuExpertLayers: number
}

export interface StateCacheOptions {
  /** A folder of this model with these settings alone. */
  folder: string
  memoryBytes: number
  diskBytes: number
}

/** Who goes first: `ahead` is read-ahead and gives way to everything; the others are those of a request. */
export type EnginePriority = 'person' | 'api' | 'batch' | 'ahead'

/** The part of a request that the engine needs; the core has resolved the rest. */
export type EngineRequest = Pick<
  GenerationRequest,
  | 'sampling'
  | 'maxTokens'
  | 'stop'
  | 'constraint'
  | 'tools'
  | 'toolChoice'
  | 'goTemplate'
  | 'parallelToolCalls'
  | 'reasoning'
  | 'logprobs'
  | 'echo'
  | 'truncate'
  | 'cacheKey'
> & { input: GenerationInput; seed: number }

/** What the host tells the engine. One engine holds one model. */
export type HostToEngine =
  | { type: 'load'; options: LoadOptions }
  /** `owner` is shown with the slot that it takes. */
  | { type: 'generate'; id: number; request: EngineRequest; priority: EnginePriority; owner: string }
  /** Reads a prompt into a slot at the lowest priority, and answers nothing but `done`; any other request ends it. */
  | { type: 'readAhead'; id: number; request: EngineRequest }
  /** One vector for each input, of length 1, in order. `truncate` cuts what is too long, else it is refused. */
  | { type: 'embed'; id: number; inputs: (string | number[])[]; truncate: boolean }
  /** How well each document answers the query. */
  | { type: 'rerank'; id: number; query: string; documents: string[] }
  | { type: 'tokenize'; id: number; text: string; special: boolean }
  | { type: 'detokenize'; id: number; tokens: number[] }
  /** The text of a conversation as the template makes it. */
  | { type: 'render'; id: number; request: EngineRequest }
  /** Erases kept states: of one chat, or all. */
  | { type: 'forget'; cacheKey: string | null }
  /** Writes to disk what is worth keeping over a restart; answered with `done`. */
  | { type: 'keepStates'; id: number }
  /** Measures this machine with this model; ends early when anything else is asked. */
  | { type: 'tune'; id: number }
  /** Works for every id. */
  | { type: 'cancel'; id: number }

export interface EngineTimings {
  /** From the moment at which the engine began with it; waiting for a slot is not counted. */
  prefillMs: number
  /** Tokens that were really read, not taken from the KV cache. */
  prefillTokens: number
  /** From the first to the last token of the answer. */
  decodeMs: number
}

/** What the engine tells of one request while it runs. */
export type EngineEvent =
  | { type: 'prefill'; id: number; done: number; total: number; cached: number }
  /** Tokens of about 30 ms together; the first of an answer alone and at once. */
  | { type: 'text'; id: number; text: string; tokens: number; logprobs?: TokenLogprob[] }
  | { type: 'reasoning'; id: number; text: string; tokens: number }
  | {
      type: 'toolCall'
      id: number
      index: number
      callId: string
      name?: string
      argumentsDelta?: string
      tokens: number
    }

/** What a run ended with. */
export interface EngineDone {
  reason: FinishReason
  usage: Usage
  timings: EngineTimings
  renderedTokens: number
  droppedMessages: number
  cacheSource: CacheSource
}

/** What the engine tells its host. `ready` or a fatal `error` answers `load`. */
export type EngineToHost =
  | { type: 'progress'; progress: number }
  | {
      type: 'ready'
      contextLength: number
      slots: number
      backend: Backend
      abilities: EngineAbilities
      /** Whether our own build of the addon runs. */
      native: boolean
      flashAttention: boolean
      /** Layers on the GPU; null on the processor alone. */
      gpuLayers: number | null
    }
  | EngineEvent
  | ({ type: 'done'; id: number } & EngineDone)
  | { type: 'vectors'; id: number; vectors: number[][]; tokens: number }
  | { type: 'scores'; id: number; scores: number[]; tokens: number }
  | { type: 'tokens'; id: number; tokens: number[] }
  | { type: 'detokenized'; id: number; text: string }
  | { type: 'rendered'; id: number; text: string; tokens: number }
  /** Progress of `tune`, 0 to 1, and its end. */
  | { type: 'tuning'; id: number; progress: number }
  | { type: 'tuned'; id: number; tuning: EngineTuning; measured: TuningMeasurement[] }
  /** Without an id it concerns the engine itself. */
  | { type: 'error'; id?: number; error: ErrorInfo; fatal: boolean }
  | { type: 'heartbeat'; heartbeat: Heartbeat }

export interface EngineAbilities {
  chat: boolean
  embed: boolean
  rerank: boolean
  infill: boolean
  /** Whether the template knows of tools, and of thinking. */
  tools: boolean
  reasoning: boolean
}

/** Told each second, also while a batch is computed: the native code does not block the event loop. */
export interface Heartbeat {
  residentBytes: number
  slots: EngineSlot[]
  /** Median of the last steps that decoded, ms; null when none did. */
  stepMs: number | null
  /** Native steps since the load. A model that works and whose count stands still hangs. */
  steps: number
  /** Kept states. */
  stateMemoryBytes: number
  stateDiskBytes: number
}

/** One setting that was tried: 90th percentile of its steps. */
export interface TuningMeasurement {
  what: 'decode' | 'prefill' | 'flashAttention' | 'batchSize'
  setting: string
  tokensPerSecond: number
}
