import { statSync } from 'node:fs'
import { AppError } from '../../shared/domain/errors.ts'
import type { Backend, CpuFacts } from '../../shared/domain/hardware.ts'
import type { ChatTemplateSource, Model } from '../../shared/domain/models.ts'
import type { EngineTuning, LoadOptions, StateCacheOptions } from '../../shared/process/engine.ts'
import { planThreads } from '../hardware/plan-threads.ts'
import type { LoadPlan, LoadSubject } from '../models/fit/load-plan.ts'
import { defaultBatchSize, planOf } from '../models/fit/memory.ts'

/** Batches of at most so many tokens are computed with the decode threads, until it was measured which suits. */
const DECODE_BATCH_MAX = 8

/** What the engine needs to know that the model itself does not say. */
export interface LoadSurroundings {
  cpu: Pick<CpuFacts, 'physicalCores' | 'logicalCores'>
  backend: Backend
  nativeAddon: string | null
  stateCache: StateCacheOptions | null
  /** By name; for the draft model. */
  findModel: (name: string) => Model | undefined
}

/**
 * How the engine is told to load a model that was planned so.
 *
 * @throws AppError `model_not_found` for an unknown draft model, `invalid_input` for settings that contradict each other
 */
export function loadOptions(
  model: Model,
  plan: Pick<LoadPlan, 'contextLength' | 'slots' | 'kvType'> & { gpuLayers: number | null },
  { cpu, backend, nativeAddon, stateCache, findModel }: LoadSurroundings,
): LoadOptions {
  const { load } = model.defaults
  if (load.flashAttention === false && plan.kvType !== 'f16') throw cacheNeedsFlashAttention(model.name, plan.kvType)
  if (load.draftModel !== undefined && plan.slots > 1) throw draftNeedsOneSlot(model.name)
  return {
    ...engineTuning(model, cpu, backend),
    // llama.cpp computes a quantized cache with flash attention alone.
    ...(plan.kvType === 'f16' ? {} : { flashAttention: true }),
    path: model.path,
    backend,
    contextLength: plan.contextLength,
    slots: plan.slots,
    kvType: plan.kvType,
    gpuLayers: plan.gpuLayers,
    mmap: load.mmap ?? null,
    mlock: load.mlock ?? false,
    loras: (load.loras ?? []).map(({ path, scale }) => ({ path, scale })),
    draftPath: load.draftModel === undefined ? null : draftModel(load.draftModel, findModel).path,
    split: {
      mainGpu: load.mainGpu ?? null,
      tensorSplit: load.tensorSplit ?? [],
      cpuExpertLayers: load.cpuExpertLayers ?? 0,
    },
    template: templateOf(model),
    toolStyle: toolStyleOf(model),
    stateCache,
    nativeAddon,
  }
}

/** What was measured for this model here, or what suits most; what a person set goes before both. */
function engineTuning(model: Model, cpu: LoadSurroundings['cpu'], backend: Backend): EngineTuning {
  const { tuning } = model
  const { load } = model.defaults
  const planned = planThreads(cpu, load.threads)
  const threads = load.threads === undefined && tuning ? tuning : planned
  return {
    decodeThreads: threads.decodeThreads,
    batchThreads: threads.batchThreads,
    decodeBatchMax: tuning?.decodeBatchMax ?? DECODE_BATCH_MAX,
    flashAttention: load.flashAttention ?? tuning?.flashAttention ?? true,
    batchSize: load.batchSize ?? tuning?.batchSize ?? defaultBatchSize(backend),
  }
}

/** The template instead of the file's own; null keeps that. */
export function templateOf({ defaults }: Pick<Model, 'defaults'>): ChatTemplateSource | null {
  if (defaults.template !== null) return { language: 'jinja', text: defaults.template }
  return defaults.goTemplate === null ? null : { language: 'go', text: defaults.goTemplate }
}

function toolStyleOf({ conformance }: Model): LoadOptions['toolStyle'] {
  if (conformance?.tools === 'native') return 'native'
  return conformance?.tools === 'constrained' ? 'generic' : null
}

function draftModel(name: string, findModel: LoadSurroundings['findModel']): Model {
  const draft = findModel(name)
  if (draft) return draft
  throw new AppError({
    code: 'model_not_found',
    message: `The draft model ${name} is not here.`,
    suggestion: 'Choose another draft model in the settings of the model, or none.',
    data: { model: name },
  })
}

function draftNeedsOneSlot(model: string): AppError {
  return new AppError({
    code: 'invalid_input',
    message: `${model} is set to several answers at a time and to a draft model, which guesses for one.`,
    suggestion: 'Take one of the two back in the settings of the model.',
    data: { parameter: 'slots' },
  })
}

function cacheNeedsFlashAttention(model: string, kvType: string): AppError {
  return new AppError({
    code: 'invalid_input',
    message: `${model} is set to a ${kvType} cache without flash attention, which can't be computed.`,
    suggestion: 'Turn flash attention on in the settings of the model, or store its cache as f16.',
    data: { parameter: 'flashAttention' },
  })
}

/** What a model must be loaded anew for when it changes, and what it is put aside with when it dies of it. */
export function settingsOf(model: Pick<Model, 'path' | 'sizeBytes' | 'defaults'>): string {
  const { load } = model.defaults
  // Keys in one order, so that equal settings are equal text.
  const set = Object.entries(load).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify({
    ...Object.fromEntries(set),
    file: [model.path, model.sizeBytes],
    template: templateOf(model),
  })
}

/** What memory is reckoned with. */
export function subjectOf(model: Model, backend: Backend, findModel: LoadSurroundings['findModel']): LoadSubject {
  const { load } = model.defaults
  const draft = load.draftModel === undefined ? 0 : (findModel(load.draftModel)?.sizeBytes ?? 0)
  const loras = (load.loras ?? []).reduce((sum, { path }) => sum + sizeOf(path), 0)
  return {
    ...planOf(model),
    trainedContext: model.facts.contextLength,
    batchSize: load.batchSize ?? model.tuning?.batchSize ?? defaultBatchSize(backend),
    extraBytes: draft + loras,
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    // The engine says what is wrong with the file.
    return 0
  }
}
