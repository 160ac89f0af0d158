import { z } from 'zod'
import { Actor } from './actor.ts'
import { ErrorInfo } from './errors.ts'

export const ToolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() })
export type ToolCall = z.infer<typeof ToolCall>

/** One turn of a conversation as a chat template sees it. */
export const PromptMessage = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  reasoning: z.string().optional(),
  toolCalls: z.array(ToolCall).optional(),
  toolCallId: z.string().optional(),
})
export type PromptMessage = z.infer<typeof PromptMessage>

export const GenerationInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('messages'), messages: z.array(PromptMessage) }),
  /** Text that is tokenized as it stands, without a chat template. */
  z.object({ kind: z.literal('prompt'), prompt: z.string() }),
  z.object({ kind: z.literal('tokens'), tokens: z.array(z.int().nonnegative()) }),
  z.object({ kind: z.literal('infill'), prefix: z.string(), suffix: z.string() }),
])
export type GenerationInput = z.infer<typeof GenerationInput>

/** Sampling parameters; what is absent takes the engine's default. */
export const Sampling = z.object({
  temperature: z.number().min(0).max(5).optional(),
  topP: z.number().gt(0).max(1).optional(),
  /** 0 keeps every token. */
  topK: z.int().min(0).optional(),
  minP: z.number().min(0).max(1).optional(),
  /** Absent: a random one for each request. */
  seed: z.int().min(0).max(0xffffffff).optional(),
  repeatPenalty: z.number().min(0).max(10).optional(),
  repeatLastN: z.int().min(0).optional(),
  frequencyPenalty: z.number().min(-2).max(2).optional(),
  presencePenalty: z.number().min(-2).max(2).optional(),
  /** Token id → added logit, −100 (never) to 100 (always). */
  logitBias: z.record(z.string(), z.number().min(-100).max(100)).optional(),
  /** DRY: repeated sequences get less likely; 0 is off. As llama.cpp has it. */
  dryMultiplier: z.number().min(0).max(100).optional(),
  dryBase: z.number().min(1).max(100).optional(),
  dryAllowedLength: z.int().min(0).optional(),
  /** Tokens to look back; −1 the whole context. */
  dryPenaltyLastN: z.int().min(-1).optional(),
  drySequenceBreakers: z.array(z.string().min(1).max(100)).max(32).optional(),
  /** XTC: now and then the likeliest tokens above the threshold are left out. */
  xtcProbability: z.number().min(0).max(1).optional(),
  xtcThreshold: z.number().min(0).max(1).optional(),
})
export type Sampling = z.infer<typeof Sampling>

export const Constraint = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('json') }),
  z.object({ kind: z.literal('schema'), schema: z.unknown() }),
  z.object({ kind: z.literal('grammar'), grammar: z.string() }),
])
export type Constraint = z.infer<typeof Constraint>

export const ToolDefinition = z.object({
  name: z.string(),
  description: z.string().optional(),
  /** JSON schema of the arguments object. */
  parameters: z.unknown(),
})
export type ToolDefinition = z.infer<typeof ToolDefinition>

export const ToolChoice = z.union([z.enum(['none', 'auto', 'required']), z.object({ name: z.string() })])

/** A person at the window goes before an interactive program, and that before a batch job. */
export const Priority = z.enum(['person', 'api', 'batch'])
export type Priority = z.infer<typeof Priority>

/** The one request that everything which makes tokens builds: one model turn. Tool loops live above it. */
export const GenerationRequest = z.object({
  /** A name that the library resolves. */
  model: z.string(),
  input: GenerationInput,
  /** How many independent answers (`n`). */
  choices: z.int().min(1).max(128).default(1),
  sampling: Sampling.default({}),
  /** Completion tokens at most; absent: as many as the context holds. */
  maxTokens: z.int().min(1).optional(),
  stop: z.array(z.string().min(1)).max(16).default([]),
  constraint: Constraint.default({ kind: 'none' }),
  tools: z.array(ToolDefinition).default([]),
  toolChoice: ToolChoice.default('auto'),
  /** A Go template, as Modelfiles have it, for the messages of this request alone; absent: the model's template. */
  goTemplate: z.string().min(1).max(200_000).optional(),
  /** false: one call at most in an answer. */
  parallelToolCalls: z.boolean().default(true),
  reasoning: z
    .object({ mode: z.enum(['auto', 'on', 'off']), budgetTokens: z.int().min(0).optional() })
    .default({ mode: 'auto' }),
  /** How many alternatives to report for each token; absent: none and no logprobs. */
  logprobs: z.object({ top: z.int().min(0).max(20) }).optional(),
  /** The answer begins with the prompt; only for input of kind `prompt` or `tokens`. */
  echo: z.boolean().default(false),
  /** false: a prompt that is too long is an error. true: the oldest messages are dropped, and said so. */
  truncate: z.boolean().default(true),
  /** Context length in tokens that the caller wants; absent: the default of the model. */
  contextLength: z.int().min(1).optional(),
  priority: Priority.default('api'),
  /** Milliseconds from now after which the answer is of no use. */
  deadlineMs: z.int().positive().optional(),
  /** Seconds that the model stays in memory after its last work; 0 unloads at once, negative never. Absent: the setting. */
  keepAliveSeconds: z.number().optional(),
  actor: Actor,
  /** Requests with the same key share a prefix (a chat). */
  cacheKey: z.string().optional(),
})
export type GenerationRequest = z.infer<typeof GenerationRequest>
/** The request as a caller may write it: what has a default may be absent. */
export type GenerationRequestInput = z.input<typeof GenerationRequest>

export const FinishReason = z.enum(['stop', 'length', 'toolCalls'])
export type FinishReason = z.infer<typeof FinishReason>

/** Counts in tokens. `cached` of the `prompt` tokens were already in the KV cache. */
export const Usage = z.object({
  prompt: z.int(),
  cached: z.int(),
  completion: z.int(),
  reasoning: z.int(),
})
export type Usage = z.infer<typeof Usage>

/** Where the tokens came from that need not be read again: what a slot held, a kept state, or nowhere. */
export const CacheSource = z.enum(['none', 'slot', 'memory', 'disk'])
export type CacheSource = z.infer<typeof CacheSource>

/** All measured. Speeds in tokens per second; null where nothing was there to measure. */
export const Timings = z.object({
  queueMs: z.number(),
  loadMs: z.number(),
  /** From the request's arrival in the core to its first token. */
  ttftMs: z.number().nullable(),
  prefillTps: z.number().nullable(),
  decodeTps: z.number().nullable(),
})
export type Timings = z.infer<typeof Timings>

export const TokenLogprob = z.object({
  token: z.string(),
  bytes: z.array(z.int()),
  logprob: z.number(),
  top: z.array(z.object({ token: z.string(), bytes: z.array(z.int()), logprob: z.number() })),
})
export type TokenLogprob = z.infer<typeof TokenLogprob>

const choice = z.int().min(0)

/** What a generation tells, in order, for each choice; ends with one `finish` a choice or one `error`. */
export const GenerationEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('queued'), choice, position: z.int() }),
  z.object({ type: z.literal('loading'), choice, progress: z.number().min(0).max(1) }),
  z.object({ type: z.literal('prefill'), choice, done: z.int(), total: z.int(), cached: z.int() }),
  z.object({
    type: z.literal('text'),
    choice,
    text: z.string(),
    tokens: z.int(),
    logprobs: z.array(TokenLogprob).optional(),
  }),
  z.object({ type: z.literal('reasoning'), choice, text: z.string(), tokens: z.int() }),
  z.object({
    type: z.literal('toolCall'),
    choice,
    index: z.int(),
    id: z.string(),
    name: z.string().optional(),
    argumentsDelta: z.string().optional(),
  }),
  z.object({
    type: z.literal('finish'),
    choice,
    reason: FinishReason,
    usage: Usage,
    timings: Timings,
    /** What the model was really given. */
    trace: z.object({
      renderedTokens: z.int(),
      droppedMessages: z.int(),
      seed: z.int(),
      cacheSource: CacheSource,
    }),
  }),
  z.object({ type: z.literal('error'), choice, error: ErrorInfo }),
])
export type GenerationEvent = z.infer<typeof GenerationEvent>
export type FinishEvent = Extract<GenerationEvent, { type: 'finish' }>

/** Vectors for texts, of length 1 each. */
export const EmbeddingRequest = z.object({
  model: z.string(),
  /** Texts, or tokens of the model. */
  inputs: z
    .array(z.union([z.string(), z.array(z.int().nonnegative())]))
    .min(1)
    .max(2048),
  /** true cuts what is too long for the model; false refuses it. */
  truncate: z.boolean().default(false),
  priority: Priority.default('api'),
  keepAliveSeconds: z.number().optional(),
  actor: Actor,
})
export type EmbeddingRequest = z.infer<typeof EmbeddingRequest>
export type EmbeddingRequestInput = z.input<typeof EmbeddingRequest>

export const RerankRequest = z.object({
  model: z.string(),
  query: z.string(),
  documents: z.array(z.string()).min(1).max(2048),
  priority: Priority.default('api'),
  keepAliveSeconds: z.number().optional(),
  actor: Actor,
})
export type RerankRequest = z.infer<typeof RerankRequest>
