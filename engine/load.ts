import { stat } from 'node:fs/promises'
import { getLlama, LlamaLogLevel, type Llama, type LlamaContext, type LlamaModel } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { KvType } from '../shared/domain/models.ts'
import type { LoadOptions } from '../shared/process/engine.ts'
import type { InFlight } from './batching.ts'
import { queueFor, setThreads } from './context-queue.ts'
import type { DecodeQueue } from './decode-queue.ts'
import { loadDraft, type Draft } from './draft.ts'
import { mapsFile } from './huge-pages.ts'
import { missingFile, unreadableFile } from './gguf/file-errors.ts'
import { isEmbeddingModel } from './gguf/facts.ts'
import { explainContextFailure, explainLoadFailure } from './load-errors.ts'
import { isNative, setModelSplit, preferNativeAddon } from './native-addon.ts'
import { refuseUnusable } from './refuse-unusable.ts'
import { refuseContradictions, refuseWhatLlamaLacks } from './refuse-settings.ts'
import { ThreadControl } from './thread-control.ts'

const progressIntervalMs = 50
const keptLogLines = 20
/** What llama.cpp says of a step that was aborted on purpose. */
const abortedStep = /failed with error 1$|compute status: 1$|failed to decode, ret = 2$/

/** A model in memory. */
export interface LoadedModel {
  llama: Llama
  model: LlamaModel
  /** What computes; null for a model that makes vectors, not text. */
  decoding: { context: LlamaContext; queue: DecodeQueue } | null
  contextLength: number
  inFlight: InFlight
  threads: ThreadControl
  /** Whether our own build of the addon runs. */
  native: boolean
  flashAttention: boolean
  /** Layers on the GPU; null on the processor alone. */
  gpuLayers: number | null
  /** A small model that guesses ahead, where one was asked for. */
  draft: Draft | null
}

/**
 * Reads a model into memory and allocates its slots, as the options say; what can't be obeyed is refused.
 *
 * @param onProgress 0 to 1, at most 20 times a second
 * @throws AppError `model_file_missing`, `model_file_invalid`, `model_file_truncated`, `model_load_failed`,
 *   `backend_failed`, `out_of_memory`, `unsupported_parameter`
 */
export async function loadModel(options: LoadOptions, onProgress: (progress: number) => void): Promise<LoadedModel> {
  refuseContradictions(options)
  await checkFile(options.path)
  for (const { path } of options.loras) await checkFile(path)
  if (options.draftPath !== null) await checkFile(options.draftPath)
  const log: string[] = []
  preferNativeAddon(options.nativeAddon)
  const llama = await startLlama(options, log)
  const native = isNative(llama)
  refuseWhatLlamaLacks(options, { native, mlock: llama.supportsMlock })
  setModelSplit(llama, options.split)
  const model = await readModel(llama, options, throttle(onProgress)).catch(async (error: unknown) => {
    throw await explainLoadFailure(options.path, error, log)
  })
  const contextLength = Math.min(options.contextLength, model.trainContextSize)
  const inFlight = { count: 0 }
  let context: LlamaContext | null = null
  const threads = new ThreadControl({ ...options, tuned: options.backend === 'cpu' }, (count) => {
    if (context !== null) setThreads(context, count, count)
  })
  const { flashAttention } = options
  const gpuLayers = options.backend === 'cpu' ? null : model.gpuLayers
  const loaded = { llama, model, contextLength, inFlight, threads, native, flashAttention, gpuLayers }
  if (makesVectors(model)) return { ...loaded, decoding: null, draft: null }
  context = await createContext(model, options, contextLength).catch((error: unknown) => {
    throw explainContextFailure(error, log, contextLength)
  })
  const queue = queueFor(context, { inFlight, onStep: (step) => threads.begin(step) })
  await refuseUnusable(options.path, context)
  const draft = options.draftPath === null ? null : await loadDraft(llama, options, options.draftPath, context)
  return { ...loaded, decoding: { context, queue }, draft }
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
        const line = message.trim()
        if (abortedStep.test(line)) return
        log.push(line)
        if (log.length > keptLogLines) log.shift()
        const isError = level === LlamaLogLevel.error || level === LlamaLogLevel.fatal
        if (isError || /mlock/i.test(line)) process.stderr.write(`${line}\n`)
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

async function readModel(
  llama: Llama,
  options: LoadOptions,
  onLoadProgress: (progress: number) => void,
): Promise<LlamaModel> {
  return llama.loadModel({
    modelPath: options.path,
    onLoadProgress,
    useMmap: await mapsFile(options, options.path),
    useMlock: options.mlock,
    ...(options.backend === 'cpu' ? {} : { gpuLayers: gpuLayersOf(options) }),
  })
}

/** As many layers as fit beside the context that comes next, and no more than were asked for. */
function gpuLayersOf({ gpuLayers, contextLength, slots }: LoadOptions) {
  const fitContext = { contextSize: contextLength * slots }
  return gpuLayers === null ? { fitContext } : { max: gpuLayers, fitContext }
}

function createContext(model: LlamaModel, options: LoadOptions, contextSize: number): Promise<LlamaContext> {
  const { kvType, flashAttention, loras } = options
  return model.createContext({
    contextSize,
    sequences: options.slots,
    batchSize: Math.min(options.batchSize, contextSize),
    // A quantized cache can only be read with it; else it stays off where the device can't do it well.
    flashAttention: flashAttention && kvType === 'f16' ? 'auto' : flashAttention,
    ...(kvType === 'f16' ? {} : cacheOf(kvType)),
    ...(loras.length === 0 ? {} : { lora: { adapters: loras.map(({ path, scale }) => ({ filePath: path, scale })) } }),
    threads: { ideal: Math.max(options.decodeThreads, options.batchThreads), min: 1 },
    failedCreationRemedy: false,
  })
}

/** The library calls these options experimental: each type is tried with a real model (load-settings.model.test.ts). */
function cacheOf(type: Exclude<KvType, 'f16'>) {
  const ggmlType = type === 'q8_0' ? 'Q8_0' : 'Q4_0'
  return { experimentalKvCacheKeyType: ggmlType, experimentalKvCacheValueType: ggmlType } as const
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
