import { stat } from 'node:fs/promises'
import {
  getLlama,
  LlamaLogLevel,
  type CustomBatchingPrioritizationStrategy,
  type Llama,
  type LlamaContext,
  type LlamaModel,
} from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { KvType } from '../shared/domain/models.ts'
import type { LoadOptions } from '../shared/process/engine.ts'
import { createBatchStrategy, type InFlight } from './batching.ts'
import { missingFile, unreadableFile } from './gguf/file-errors.ts'
import { isEmbeddingModel } from './gguf/facts.ts'
import { explainContextFailure, explainLoadFailure } from './load-errors.ts'
import { ThreadControl } from './thread-control.ts'

/** Tokens of one native batch at most, and so of a prompt's chunk. On the CPU the time budget keeps chunks small anyway. */
const batchSizes = { cpu: 256, gpu: 512 } as const
const progressIntervalMs = 50
const keptLogLines = 20

/** A model in memory. */
export interface LoadedModel {
  model: LlamaModel
  /** Null for a model that makes vectors, not text. */
  context: LlamaContext | null
  contextLength: number
  batchSize: number
  inFlight: InFlight
  threads: ThreadControl
}

/**
 * Reads a model into memory and allocates its slots.
 *
 * @param onProgress 0 to 1, at most 20 times a second
 * @throws AppError `model_file_missing`, `model_file_invalid`, `model_file_truncated`, `model_load_failed`,
 *   `backend_failed`, `out_of_memory`
 */
export async function loadModel(options: LoadOptions, onProgress: (progress: number) => void): Promise<LoadedModel> {
  await checkFile(options.path)
  const log: string[] = []
  const llama = await startLlama(options, log)
  const model = await readModel(llama, options, throttle(onProgress)).catch(async (error: unknown) => {
    throw await explainLoadFailure(options.path, error, log)
  })
  const contextLength = Math.min(options.contextLength, model.trainContextSize)
  const inFlight = { count: 0 }
  const threads = new ThreadControl({ ...options, tuned: options.backend === 'cpu' }, (count) => {
    if (llama.maxThreads !== count) llama.maxThreads = count
  })
  if (makesVectors(model)) return { model, context: null, contextLength, batchSize: 0, inFlight, threads }
  const strategy = createBatchStrategy(inFlight, (tokens) => threads.begin(tokens))
  const context = await createContext(model, options, contextLength, strategy).catch((error: unknown) => {
    throw explainContextFailure(error, log, contextLength)
  })
  return { model, context, contextLength, batchSize: context.batchSize, inFlight, threads }
}

async function checkFile(path: string): Promise<void> {
  const stats = await stat(path).catch(() => null)
  if (stats === null) throw missingFile(path)
  if (!stats.isFile()) throw unreadableFile(path, 'it is not a file')
}

async function startLlama(options: LoadOptions, log: string[]): Promise<Llama> {
  try {
    return await getLlama({
      gpu: options.backend === 'cpu' ? false : options.backend,
      build: 'never',
      usePrebuiltBinaries: true,
      skipDownload: true,
      progressLogs: false,
      // The library's default of four threads or more is up to 500 times slower on small machines (engine.md).
      maxThreads: Math.max(options.decodeThreads, options.batchThreads),
      logLevel: LlamaLogLevel.warn,
      logger: (level, message) => {
        log.push(message.trim())
        if (log.length > keptLogLines) log.shift()
        if (level === LlamaLogLevel.error || level === LlamaLogLevel.fatal) process.stderr.write(`${message.trim()}\n`)
      },
    })
  } catch (cause) {
    throw new AppError({
      code: 'backend_failed',
      message: `The ${options.backend} backend did not start.`,
      suggestion: 'Choose another backend in the settings, or reinstall Hearth.',
      data: { backend: options.backend },
      cause,
    })
  }
}

function readModel(
  llama: Llama,
  options: LoadOptions,
  onLoadProgress: (progress: number) => void,
): Promise<LlamaModel> {
  return llama.loadModel({
    modelPath: options.path,
    onLoadProgress,
    ...(options.backend === 'cpu' ? {} : { gpuLayers: gpuLayersOf(options) }),
  })
}

/** As many layers as fit beside the context that comes next, and no more than were asked for. */
function gpuLayersOf({ gpuLayers, contextLength, slots }: LoadOptions) {
  const fitContext = { contextSize: contextLength * slots }
  return gpuLayers === null ? { fitContext } : { max: gpuLayers, fitContext }
}

function createContext(
  model: LlamaModel,
  options: LoadOptions,
  contextSize: number,
  itemPrioritizationStrategy: CustomBatchingPrioritizationStrategy,
): Promise<LlamaContext> {
  return model.createContext({
    contextSize,
    sequences: options.slots,
    batchSize: Math.min(batchSizeOf(options), contextSize),
    // Measured on two CPUs, 135M model, ms a token, on → off: decode at depth 0 12 → 14, at 4k 75 → 42; chunks of 16
    // tokens at 4k 33 → 18. Most conversations are short, so on until each model is tuned on its machine.
    // A quantized cache can only be read with it.
    flashAttention: options.kvType === 'f16' ? 'auto' : true,
    ...(options.kvType === 'f16' ? {} : cacheOf(options.kvType)),
    threads: { ideal: Math.max(options.decodeThreads, options.batchThreads), min: 1 },
    batching: { itemPrioritizationStrategy },
    failedCreationRemedy: false,
  })
}

/** The library calls these options experimental: each type is tried with a real model (engine.model.test.ts). */
function cacheOf(type: Exclude<KvType, 'f16'>) {
  const ggmlType = type === 'q8_0' ? 'Q8_0' : 'Q4_0'
  return { experimentalKvCacheKeyType: ggmlType, experimentalKvCacheValueType: ggmlType } as const
}

function batchSizeOf({ backend }: LoadOptions): number {
  return backend === 'cpu' ? batchSizes.cpu : batchSizes.gpu
}

function makesVectors(model: LlamaModel): boolean {
  const { metadata, architectureMetadata } = model.fileInfo
  const poolingType = architectureMetadata?.pooling_type ?? null
  const template = metadata.tokenizer?.chat_template
  return isEmbeddingModel(model.architecture, poolingType, template !== undefined && template.trim() !== '')
}

function throttle(report: (progress: number) => void): (progress: number) => void {
  let last = -Infinity
  return (progress) => {
    const now = performance.now()
    if (progress < 1 && now - last < progressIntervalMs) return
    last = now
    report(Math.min(1, Math.max(0, progress)))
  }
}
