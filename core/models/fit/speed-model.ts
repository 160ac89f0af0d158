import type { SpeedEstimate } from '../../../shared/domain/fit.ts'
import type { Backend } from '../../../shared/domain/hardware.ts'
import type { KvType } from '../../../shared/domain/models.ts'
import { dot, gaussNewtonStep, type Row } from './least-squares.ts'
import { quantClass, type SpeedSubject, tokenWork } from './work.ts'

/** What a speed is asked of, or was measured with. */
export interface SpeedCase extends SpeedSubject {
  /** The same for the same weights. */
  file: string
  backend: Backend
  kvType: KvType
  /** Tokens in the context, on average, while it writes. */
  contextTokens: number
  /** Threads that decode; absent: as many as most runs on this machine had. */
  threads?: number | undefined
}

export interface MeasuredCase extends SpeedCase {
  decodeTps: number
}

export interface SpeedMachine {
  /** Bytes a second read from RAM; null before it was measured. */
  bytesPerSecond: number | null
  /** Threads that decode, as planned: runs that say with how many they were made know better. */
  threads: number
}

/** Predicts how fast models write. */
export interface SpeedModel {
  /** Null for a backend of which neither memory speed nor any run is known. */
  predict(asked: SpeedCase): SpeedEstimate | null
}

/** Part of the measured bandwidth that streaming weights reaches at best. */
const reachedBandwidth = 0.85
/** Bytes a second that one thread unpacks and multiplies. Starting points: runs correct them. */
const unpackRate = { float: 60e9, legacy: 40e9, k: 20e9, iq: 7e9 } as const
/** Seconds of one product in attention on one thread (f16 with flash attention). */
const productSeconds = { f16: 0.22e-9, q8_0: 0.32e-9, q4_0: 0.66e-9 } as const
/** Seconds that a layer costs however small it is: its threads wait for each other, a GPU's kernels are started. */
const layerSeconds = { cpu: 50e-6, gpu: 25e-6 } as const
/** A GPU whose memory nobody measured; only used beside runs, which correct it. */
const usualGpuBandwidth = 300e9

/** Standard deviations of what is not known beforehand, as logarithms (0.1 is about 10 %). */
const spread = {
  machine: 0.35,
  gpuMachine: 2,
  weights: 0.25,
  attention: 0.35,
  layer: 0.4,
  quant: 0.2,
  kv: 0.12,
  file: 0.15,
}
/** Of one measurement. */
const noise = 0.08
/** Residuals beyond so many standard deviations count less. */
const usualResidual = 4
const steps = 12
/** Files that get a correction of their own; more would make the fit slow and change nothing. */
const mostFiles = 40
/** Half-width of the error bar in standard deviations: nine of ten measurements lie within. */
const barWidth = 1.64

interface Terms {
  weights: number
  attention: number
  layers: number
}

/**
 * Time of a token = weights + attention + layers, each with a correction that is learnt from runs on this machine
 * (docs/fit.md has the formula and its sources). Corrections are logarithms with a normal prior around 0: one run moves
 * those that explain it most, many runs tell them apart, and what was never run is predicted with the wider error.
 */
export function createSpeedModel(machine: SpeedMachine, runs: readonly MeasuredCase[]): SpeedModel {
  const fits = new Map<'cpu' | 'gpu', Fit>()
  const fitOf = (kind: 'cpu' | 'gpu') => {
    const known = fits.get(kind)
    if (known) return known
    const ofKind = runs.filter((run) => kindOf(run.backend) === kind)
    const fitted = fit({ ...machine, threads: usualThreads(ofKind) ?? machine.threads }, ofKind, kind)
    fits.set(kind, fitted)
    return fitted
  }
  return {
    predict(asked) {
      const kind = kindOf(asked.backend)
      const fitted = fitOf(kind)
      if (fitted.runs.length === 0 && (kind === 'gpu' || machine.bytesPerSecond === null)) return null
      const { time, gradient } = evaluate(fitted.machine, asked, fitted.names, fitted.parameters)
      const unknown = unknownVariance(asked, fitted.names)
      const ofFit = dot(
        gradient,
        fitted.covariance.map((row) => dot(row, gradient)),
      )
      const deviation = Math.sqrt(Math.max(0, ofFit) + unknown + noise ** 2)
      const own = fitted.runs.some((run) => run.file === asked.file)
      const tokensPerSecond = 1 / time
      return {
        tokensPerSecond,
        low: tokensPerSecond * Math.exp(-barWidth * deviation),
        high: tokensPerSecond * Math.exp(barWidth * deviation),
        basis: own ? 'measured' : fitted.runs.length > 0 ? 'calibrated' : 'bandwidth',
      }
    },
  }
}

interface Fit {
  machine: SpeedMachine
  runs: readonly MeasuredCase[]
  names: readonly string[]
  parameters: number[]
  covariance: number[][]
}

function fit(machine: SpeedMachine, runs: readonly MeasuredCase[], kind: 'cpu' | 'gpu'): Fit {
  const files = [...new Set(runs.map((run) => run.file))].slice(0, mostFiles)
  const names = [
    'machine',
    'weights',
    'attention',
    'layer',
    ...new Set(runs.map(quantName)),
    ...new Set(runs.map(kvName)),
    ...files.map(fileName),
  ]
  const precision = names.map((name) => 1 / spreadOf(name, kind) ** 2)
  let parameters = names.map(() => 0)
  let covariance = names.map((_, row) => names.map((_, column) => (row === column ? 1 / (precision[row] ?? 1) : 0)))
  for (let step = 0; step < steps && runs.length > 0; step++) {
    const rows = runs.map((run): Row => {
      const { time, gradient } = evaluate(machine, run, names, parameters)
      const residual = (Math.log(1 / run.decodeTps) - Math.log(time)) / noise
      // Huber's weight: a run that something else disturbed must not outvote the others.
      const weight = Math.sqrt(Math.min(1, usualResidual / Math.max(Math.abs(residual), 1e-9)))
      return { residual: residual * weight, gradient: gradient.map((slope) => (slope / noise) * weight) }
    })
    ;({ parameters, covariance } = gaussNewtonStep(rows, parameters, precision))
  }
  return { machine, runs, names, parameters, covariance }
}

/** Predicted seconds of a token, and the slopes of their logarithm by each correction. */
function evaluate(machine: SpeedMachine, asked: SpeedCase, names: readonly string[], parameters: readonly number[]) {
  const correction = (name: string) => parameters[names.indexOf(name)] ?? 0
  const prior = termsOf(machine, asked)
  const weights = prior.weights * Math.exp(correction('weights') + correction(quantName(asked)))
  const attention = prior.attention * Math.exp(correction('attention') + correction(kvName(asked)))
  const layers = prior.layers * Math.exp(correction('layer'))
  const sum = weights + attention + layers
  const slopes: Record<string, number> = {
    machine: 1,
    [fileName(asked.file)]: 1,
    weights: weights / sum,
    [quantName(asked)]: weights / sum,
    attention: attention / sum,
    [kvName(asked)]: attention / sum,
    layer: layers / sum,
  }
  return {
    time: sum * Math.exp(correction('machine') + correction(fileName(asked.file))),
    gradient: names.map((name) => slopes[name] ?? 0),
  }
}

/** Seconds of a token by what is known without any run. */
function termsOf({ bytesPerSecond, threads: usual }: SpeedMachine, asked: SpeedCase): Terms {
  const threads = asked.threads ?? usual
  const work = tokenWork(asked, asked.contextTokens, asked.kvType)
  if (kindOf(asked.backend) === 'gpu') {
    const bandwidth = usualGpuBandwidth * reachedBandwidth
    return {
      weights: work.weightBytes / bandwidth,
      attention: work.kvBytes / bandwidth,
      layers: work.layers * layerSeconds.gpu,
    }
  }
  const bandwidth = (bytesPerSecond ?? 20e9) * reachedBandwidth
  const unpack = unpackRate[quantClass(asked.quantization)] * threads
  return {
    weights: work.weightBytes / bandwidth + work.weightBytes / unpack,
    attention: work.kvBytes / bandwidth + (work.attentionProducts * productSeconds[asked.kvType]) / threads,
    layers: work.layers * layerSeconds.cpu,
  }
}

/** The threads that most runs had: tuning finds the same for most models of a machine. */
function usualThreads(runs: readonly MeasuredCase[]): number | null {
  const counts = new Map<number, number>()
  for (const { threads } of runs) if (threads !== undefined) counts.set(threads, (counts.get(threads) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

/** What the fit has no correction for, because nothing like it was run. */
function unknownVariance(asked: SpeedCase, names: readonly string[]): number {
  const unknown = (name: string, deviation: number) => (names.includes(name) ? 0 : deviation ** 2)
  return (
    unknown(fileName(asked.file), spread.file) +
    unknown(quantName(asked), spread.quant) +
    unknown(kvName(asked), spread.kv) / 4
  )
}

function spreadOf(name: string, kind: 'cpu' | 'gpu'): number {
  if (name.startsWith('file:')) return spread.file
  if (name.startsWith('quant:')) return spread.quant
  if (name.startsWith('kv:')) return spread.kv
  if (name === 'weights') return spread.weights
  if (name === 'attention') return spread.attention
  if (name === 'layer') return spread.layer
  return kind === 'gpu' ? spread.gpuMachine : spread.machine
}

const kindOf = (backend: Backend) => (backend === 'cpu' ? 'cpu' : 'gpu')
const quantName = ({ quantization }: SpeedCase) => `quant:${quantClass(quantization)}`
const kvName = ({ kvType }: SpeedCase) => `kv:${kvType}`
const fileName = (file: string) => `file:${file}`
