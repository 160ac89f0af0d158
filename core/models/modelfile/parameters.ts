import { LoadSettings, type Modelfile, type ModelDefaults } from '../../../shared/domain/models.ts'
import { Sampling } from '../../../shared/domain/generation.ts'

type Parameter = Modelfile['parameters'][number]
type Kind = 'whole number' | 'number' | 'true or false' | 'text'

/** What PARAMETER may name, and what it takes. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['num_keep', 'whole number'],
  ['seed', 'whole number'],
  ['num_predict', 'whole number'],
  ['top_k', 'whole number'],
  ['top_p', 'number'],
  ['min_p', 'number'],
  ['typical_p', 'number'],
  ['repeat_last_n', 'whole number'],
  ['temperature', 'number'],
  ['repeat_penalty', 'number'],
  ['presence_penalty', 'number'],
  ['frequency_penalty', 'number'],
  ['stop', 'text'],
  ['num_ctx', 'whole number'],
  ['context_length', 'whole number'],
  ['num_batch', 'whole number'],
  ['num_gpu', 'whole number'],
  ['main_gpu', 'whole number'],
  ['use_mmap', 'true or false'],
  ['use_mlock', 'true or false'],
  ['num_thread', 'whole number'],
  ['draft_num_predict', 'whole number'],
])

/** They once did something; files that still name them are taken without them. */
const DROPPED: ReadonlySet<string> = new Set([
  'mirostat',
  'mirostat_tau',
  'mirostat_eta',
  'penalize_newline',
  'low_vram',
  'f16_kv',
  'logits_all',
  'vocab_only',
])

const SAMPLING: ReadonlyMap<string, keyof Sampling> = new Map<string, keyof Sampling>([
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
  ['top_k', 'topK'],
  ['min_p', 'minP'],
  ['seed', 'seed'],
  ['repeat_penalty', 'repeatPenalty'],
  ['repeat_last_n', 'repeatLastN'],
  ['presence_penalty', 'presencePenalty'],
  ['frequency_penalty', 'frequencyPenalty'],
])

/** Longer text is no number, and looking at it would take time. */
const MAX_NUMBER_LENGTH = 40

interface ParameterProblem {
  severity: 'error' | 'warning'
  /** Which of the two words is meant. */
  at: 'name' | 'value'
  message: string
}

/** Whether a parameter can be taken: null when it can, else why not. */
export function judgeParameter({ name, value }: Parameter): ParameterProblem | null {
  if (DROPPED.has(name)) {
    return { severity: 'warning', at: 'name', message: `${name} no longer does anything and is left out` }
  }
  const kind = KINDS.get(name)
  if (kind === undefined) return { severity: 'error', at: 'name', message: `unknown parameter '${name.slice(0, 80)}'` }
  if (isOfKind(value, kind)) return null
  return { severity: 'error', at: 'value', message: `${name} takes ${kind.includes('number') ? `a ${kind}` : kind}` }
}

function isOfKind(value: string, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return true
    case 'true or false':
      return /^(?:true|false|1|0)$/i.test(value)
    case 'whole number':
      return value.length <= MAX_NUMBER_LENGTH && /^[+-]?\d+$/.test(value) && Number.isSafeInteger(Number(value))
    case 'number':
      return value.length <= MAX_NUMBER_LENGTH && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(value)
        ? Number.isFinite(Number(value))
        : false
  }
}

/**
 * Defaults with what parameters say, and the parameters that this version can't obey. Stop strings take the place of
 * those before, all together.
 */
export function applyParameters(
  defaults: ModelDefaults,
  parameters: readonly Parameter[],
): { defaults: ModelDefaults; notObeyed: Parameter[] } {
  const sampling: Sampling = { ...defaults.sampling }
  let load: LoadSettings = { ...defaults.load }
  let { maxTokens } = defaults
  const stop: string[] = []
  const notObeyed: Parameter[] = []

  const setLoad = (key: keyof LoadSettings, value: number | boolean) => {
    const set = LoadSettings.safeParse({ ...load, [key]: value })
    if (set.success) load = set.data
    return set.success
  }
  const obey = ({ name, value }: Parameter): boolean => {
    const number = Number(value)
    const key = SAMPLING.get(name)
    if (key !== undefined) {
      // Below 0 it asks for a random one.
      if (key === 'seed' && number < 0) return delete sampling.seed
      const set = Sampling.safeParse({ [key]: number })
      Object.assign(sampling, set.data)
      return set.success
    }
    switch (name) {
      case 'stop':
        if (value !== '' && !stop.includes(value)) stop.push(value)
        return true
      case 'num_ctx':
      case 'context_length':
        return setLoad('contextLength', number)
      case 'num_gpu':
        // Below 0 it leaves the number to the program.
        return number < 0 ? delete load.gpuLayers : setLoad('gpuLayers', number)
      case 'num_thread':
        return number <= 0 ? delete load.threads : setLoad('threads', number)
      case 'num_batch':
        return setLoad('batchSize', number)
      case 'main_gpu':
        return number < 0 ? delete load.mainGpu : setLoad('mainGpu', number)
      case 'use_mmap':
        return setLoad('mmap', isYes(value))
      case 'use_mlock':
        return setLoad('mlock', isYes(value))
      case 'num_predict':
        maxTokens = number > 0 ? number : null
        return true
      default:
        return false
    }
  }
  for (const parameter of parameters) {
    const problem = judgeParameter(parameter)
    if (problem?.severity === 'warning') continue
    if (problem || !obey(parameter)) notObeyed.push(parameter)
  }
  return {
    defaults: { ...defaults, sampling, load, maxTokens, stop: stop.length > 0 ? stop : defaults.stop },
    notObeyed,
  }
}

function isYes(value: string): boolean {
  return /^(?:true|1)$/i.test(value)
}

/** The parameters that say the same as these defaults. */
export function parametersOf({ sampling, load, stop, maxTokens }: ModelDefaults): Parameter[] {
  const parameters: Parameter[] = []
  const add = (name: string, value: number | boolean | undefined | null) => {
    if (value !== undefined && value !== null) parameters.push({ name, value: String(value) })
  }
  for (const [name, key] of SAMPLING) {
    const value = sampling[key]
    if (typeof value === 'number') add(name, value)
  }
  add('num_ctx', load.contextLength)
  add('num_gpu', load.gpuLayers)
  add('num_thread', load.threads)
  add('num_batch', load.batchSize)
  add('main_gpu', load.mainGpu)
  add('use_mmap', load.mmap)
  add('use_mlock', load.mlock)
  add('num_predict', maxTokens)
  return [...parameters, ...stop.map((value) => ({ name: 'stop', value }))]
}
