import { z } from 'zod'
import { ErrorInfo } from './errors.ts'
import { Sampling } from './generation.ts'

/** How a value of the KV cache is stored. */
export const KvType = z.enum(['f16', 'q8_0', 'q4_0'])
export type KvType = z.infer<typeof KvType>

/** The parts of a network that decide how much memory and time it takes. */
export const ModelShape = z.object({
  layers: z.int(),
  embeddingLength: z.int(),
  vocabularySize: z.int(),
  /** Values of keys and of values that one token adds to the cache, over all layers that see the whole context. */
  kvValuesPerToken: z.number(),
  /** The same over the layers that see only a sliding window, and how many tokens that is; 0 where there are none. */
  slidingKvValuesPerToken: z.number(),
  slidingWindow: z.int(),
  /** Bytes of state that recurrent layers keep for each sequence, however long it is. */
  recurrentBytes: z.number(),
  experts: z.int().nullable(),
  expertsUsed: z.int().nullable(),
  /** Query heads for each KV head: on a processor, attention takes as many times the work. Absent where not said. */
  queriesPerKv: z.number().optional(),
  /** Parameters that one token passes through; null when only the beginning of the header was read. */
  activeParameters: z.number().nullable(),
})
export type ModelShape = z.infer<typeof ModelShape>

/** What the header of a GGUF says. */
export const GgufFacts = z.object({
  /** `general.name`, if there is one. */
  title: z.string().nullable(),
  architecture: z.string(),
  /** Counted from the tensors' shapes. */
  parameters: z.number(),
  /** Label of the file type, as `Q4_K_M`. */
  quantization: z.string(),
  /** Context length in tokens that the model was trained for; null when not said. */
  contextLength: z.number().nullable(),
  chatTemplate: z.string().nullable(),
  /** Text models write; embedding models turn text into vectors. */
  kind: z.enum(['chat', 'embedding']),
  /** No model but a LoRA adapter for one of this architecture. Absent for models. */
  isAdapter: z.literal(true).optional(),
  licence: z.string().nullable(),
  languages: z.array(z.string()),
  /** Null when the header leaves out what it takes, and for files read before this was known. */
  shape: ModelShape.nullable().default(null),
})
export type GgufFacts = z.infer<typeof GgufFacts>

/** How a model is put into memory, as far as a person or a Modelfile says; what is absent is decided here. */
export const LoadSettings = z.object({
  /** Tokens of each slot. */
  contextLength: z.int().min(16).max(10_000_000).optional(),
  kvType: KvType.optional(),
  /** Layers on the GPU; 0 keeps all on the processor. */
  gpuLayers: z.int().min(0).max(10_000).optional(),
  threads: z.int().min(1).max(1024).optional(),
  /** Tokens of one native batch. */
  batchSize: z.int().min(32).max(4096).optional(),
  flashAttention: z.boolean().optional(),
  /** Answers at the same time. */
  slots: z.int().min(1).max(64).optional(),
  mmap: z.boolean().optional(),
  mlock: z.boolean().optional(),
  /** LoRA adapters, by absolute path. */
  loras: z
    .array(z.object({ path: z.string().min(1), scale: z.number().min(-10).max(10).default(1) }))
    .max(8)
    .optional(),
  /** Name of a small model in the library that guesses ahead. */
  draftModel: z.string().min(1).optional(),
  /** These need our own build of the addon; see docs/native.md. */
  mainGpu: z.int().min(0).max(63).optional(),
  tensorSplit: z.array(z.number().min(0)).max(64).optional(),
  cpuExpertLayers: z.int().min(0).max(10_000).optional(),
})
export type LoadSettings = z.infer<typeof LoadSettings>

/** A chat template: the usual Jinja, or the Go template of a Modelfile. */
export const ChatTemplateSource = z.object({ language: z.enum(['jinja', 'go']), text: z.string() })
export type ChatTemplateSource = z.infer<typeof ChatTemplateSource>

/** What a request takes that says nothing else. */
export const ModelDefaults = z.object({
  /** System prompt for conversations that bring none; null leaves it to the chat template. */
  system: z.string().nullable(),
  sampling: Sampling,
  load: LoadSettings.default({}),
  /** A chat template instead of the file's own, in Jinja; null keeps that. */
  template: z.string().nullable().default(null),
  /** The same in the language of Go, as Modelfiles have it; `template` goes before it. */
  goTemplate: z.string().nullable().default(null),
  stop: z.array(z.string()).default([]),
  /** Tokens of an answer at most; null: until the context is full. */
  maxTokens: z.int().positive().nullable().default(null),
})
export type ModelDefaults = z.infer<typeof ModelDefaults>

/** Where a model's files came from. */
export const ModelSource = z.object({
  hub: z.enum(['huggingface', 'ollama', 'modelscope']),
  repo: z.string(),
  revision: z.string(),
  variant: z.string(),
  /** The repository's page. */
  url: z.string(),
})
export type ModelSource = z.infer<typeof ModelSource>

export const ModelFile = z.object({
  /** Absolute. */
  path: z.string(),
  sizeBytes: z.number(),
  /** Lower-case hex; null until it was computed. */
  sha256: z.string().nullable(),
  role: z.enum(['weights', 'projector', 'adapter', 'document']),
  /** False: another program's or the person's own; never written, moved or deleted. */
  owned: z.boolean(),
})
export type ModelFile = z.infer<typeof ModelFile>

/** What was made of other models with a Modelfile. */
export const MadeModel = z.object({
  /** The whole text as it was given. */
  modelfile: z.string(),
  /** The model whose weights it shares. */
  from: z.string(),
  /** Conversation that stands before every other. */
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  /** Instructions that are kept but not obeyed yet: instruction and value, as `ADAPTER ./lora.gguf`. */
  notObeyed: z.array(z.string()),
})
export type MadeModel = z.infer<typeof MadeModel>

/** What a throwaway process found when it tried the model. */
export const ModelCheck = z.object({
  checkedAt: z.number(),
  /** Null when only the files were compared. */
  loads: z.boolean().nullable(),
  /** Null where the model has no template to render. */
  templateRenders: z.boolean().nullable(),
  /** Null for embedding models; those must give a vector to load. */
  answers: z.boolean().nullable(),
  /** Whether the model ends its answer by itself with its end-of-turn token; null when not tried. */
  stops: z.boolean().nullable(),
  /** Whether the files are those that the hub or the first look hashed; null before that was compared. */
  intact: z.boolean().nullable(),
  error: ErrorInfo.nullable(),
})
export type ModelCheck = z.infer<typeof ModelCheck>

/** What a model was found to do, each tried once when the machine was idle. */
export const Conformance = z.object({
  testedAt: z.number(),
  /** The engine's version; another one tries again. */
  engine: z.string(),
  /** Answers in JSON that hold to a schema. */
  json: z.boolean(),
  /** `native` through its own template · `constrained` only through the generic form · `none`. */
  tools: z.enum(['native', 'constrained', 'none']),
  parallelTools: z.boolean(),
  /** Null: it does not think aloud. */
  thinking: z.boolean().nullable(),
  stopStrings: z.boolean(),
  /** What was asked and what came, cut short. */
  details: z.array(
    z.object({
      test: z.enum(['json', 'tools', 'parallelTools', 'thinking', 'stopStrings']),
      passed: z.boolean(),
      answer: z.string(),
    }),
  ),
})
export type Conformance = z.infer<typeof Conformance>

/** What suits a model on this machine, measured; see `core/engines/tuning`. */
export const Tuning = z.object({
  measuredAt: z.number(),
  decodeThreads: z.int(),
  batchThreads: z.int(),
  decodeBatchMax: z.int(),
  flashAttention: z.boolean(),
  batchSize: z.int(),
  /** 90th percentiles. */
  measured: z.array(
    z.object({
      what: z.enum(['decode', 'prefill', 'flashAttention', 'batchSize']),
      setting: z.string(),
      tokensPerSecond: z.number(),
    }),
  ),
})
export type Tuning = z.infer<typeof Tuning>

/** Speed as it was last measured here in ordinary use. */
export const MeasuredSpeed = z.object({
  decodeTps: z.number(),
  prefillTps: z.number().nullable(),
  /** Tokens in the context at that time. */
  contextTokens: z.number(),
  measuredAt: z.number(),
})
export type MeasuredSpeed = z.infer<typeof MeasuredSpeed>

export const Model = z.object({
  /** The name that people and programs use. */
  name: z.string(),
  /** Other names that mean the same model (its file name). */
  aliases: z.array(z.string()),
  /** `starter` ships with the program · `local` a file that was added · `hub` downloaded · `made` with a Modelfile ·
   *  `imported` from a hand-over. */
  origin: z.enum(['starter', 'local', 'hub', 'made', 'imported']),
  /** The weights, or their first shard. */
  path: z.string(),
  /** Of all weights. */
  sizeBytes: z.number(),
  files: z.array(ModelFile),
  facts: GgufFacts,
  defaults: ModelDefaults,
  source: ModelSource.nullable(),
  made: MadeModel.nullable(),
  /** Text of the licence, where it came with the model. */
  licenceText: z.string().nullable(),
  tags: z.array(z.string()),
  favourite: z.boolean(),
  addedAt: z.number(),
  lastUsedAt: z.number().nullable(),
  measured: MeasuredSpeed.nullable(),
  check: ModelCheck.nullable(),
  conformance: Conformance.nullable(),
  tuning: Tuning.nullable(),
  /** What is wrong with the file now (gone, changed), if anything. */
  problem: ErrorInfo.nullable(),
})
export type Model = z.infer<typeof Model>

/** Some of {@link ModelDefaults}. Not made with `partial()`, which would fill what is absent with its default. */
export const ModelDefaultsPatch = z.object({
  system: z.string().nullable().optional(),
  sampling: Sampling.optional(),
  load: LoadSettings.optional(),
  template: z.string().nullable().optional(),
  goTemplate: z.string().nullable().optional(),
  stop: z.array(z.string()).optional(),
  maxTokens: z.int().positive().nullable().optional(),
})

/** Changes to a model's own settings; what is absent stays. */
export const ModelPatch = z.object({
  favourite: z.boolean().optional(),
  tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
  defaults: ModelDefaultsPatch.optional(),
})
export type ModelPatch = z.infer<typeof ModelPatch>

/** Whether the hub has a newer file than the one here. */
export const ModelUpdate = z.object({
  name: z.string(),
  state: z.enum(['current', 'newer', 'gone', 'unknown']),
  revision: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  error: ErrorInfo.nullable(),
})
export type ModelUpdate = z.infer<typeof ModelUpdate>

/** A mistake in a Modelfile, where it is: 1-based line and column. */
export const ModelfileProblem = z.object({
  line: z.int(),
  column: z.int(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
})
export type ModelfileProblem = z.infer<typeof ModelfileProblem>

/** A Modelfile, read. */
export const Modelfile = z.object({
  from: z.string(),
  /** In the order in which they stand; a parameter that repeats has several. */
  parameters: z.array(z.object({ name: z.string(), value: z.string() })),
  template: z.string().nullable(),
  system: z.string().nullable(),
  adapters: z.array(z.string()),
  licences: z.array(z.string()),
  messages: MadeModel.shape.messages,
  /** Lowest version that it asks for. */
  requires: z.string().nullable(),
  files: z.array(z.string()),
  renderer: z.string().nullable(),
  parser: z.string().nullable(),
  draft: z.string().nullable(),
})
export type Modelfile = z.infer<typeof Modelfile>
