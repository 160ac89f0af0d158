import type { KvType, ModelShape } from '../../../shared/domain/models.ts'
import { guessParameters, guessShape } from './shape-guess.ts'

/** A file, as far as its speed is concerned. */
export interface SpeedSubject {
  sizeBytes: number
  parameters: number | null
  quantization: string | null
  shape: ModelShape | null
}

/** What one token costs, apart from how fast the machine is. */
export interface TokenWork {
  /** Bytes of the weights that it passes through. */
  weightBytes: number
  /** Products of a query with a key and of a weight with a value: each kept value once for each query head on it. */
  attentionProducts: number
  /** Bytes of the KV cache that are read. */
  kvBytes: number
  layers: number
}

const kvBytesOf: Readonly<Record<KvType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 }
/** Query heads for each KV head of most models since 2024. */
const usualQueriesPerKv = 4

/** The work of writing one token after so many others. */
export function tokenWork(subject: SpeedSubject, contextTokens: number, kvType: KvType): TokenWork {
  const parameters = subject.parameters ?? guessParameters(subject.sizeBytes)
  const shape = subject.shape ?? guessShape(parameters)
  const values =
    shape.kvValuesPerToken * contextTokens +
    shape.slidingKvValuesPerToken * Math.min(contextTokens, shape.slidingWindow)
  return {
    weightBytes: subject.sizeBytes * activeShare(shape, parameters),
    attentionProducts: values * (shape.queriesPerKv ?? usualQueriesPerKv),
    kvBytes: values * kvBytesOf[kvType] + shape.recurrentBytes,
    layers: shape.layers,
  }
}

/** How many of the weights a token passes through. */
function activeShare(shape: ModelShape, parameters: number): number {
  if (shape.activeParameters !== null) return Math.min(1, shape.activeParameters / Math.max(1, parameters))
  // Of a header that was read in part: nine tenths of a mixture of experts are its experts.
  if (shape.experts !== null && shape.expertsUsed !== null && shape.experts > 0) {
    return 0.1 + (0.9 * shape.expertsUsed) / shape.experts
  }
  return 1
}

/** Kinds of quantization that take about the same time to unpack. */
export function quantClass(quantization: string | null): 'float' | 'legacy' | 'k' | 'iq' {
  const label = quantization?.toUpperCase() ?? 'Q4_K_M'
  if (/^(UD-)?(IQ|TQ)/.test(label)) return 'iq'
  if (/_K/.test(label)) return 'k'
  return /^(B?F16|F32|F64)/.test(label) ? 'float' : 'legacy'
}
