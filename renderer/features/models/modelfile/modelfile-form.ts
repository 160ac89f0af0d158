import type { Modelfile } from '../../../../shared/domain/models.ts'
import type { NumberName } from '../defaults/numbers.ts'

/** The parameters that have a field in the form, as a Modelfile names them. The others stay as they stand. */
export const PARAMETERS = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  minP: 'min_p',
  repeatPenalty: 'repeat_penalty',
  seed: 'seed',
  maxTokens: 'num_predict',
  contextLength: 'num_ctx',
  gpuLayers: 'num_gpu',
  threads: 'num_thread',
} as const satisfies Partial<Record<NumberName, string>>
export type ParameterName = keyof typeof PARAMETERS

/** Other names that mean the same parameter. */
const ALIASES: Record<string, string> = { context_length: 'num_ctx' }
const STOP = 'stop'

function known(name: string): string {
  const lower = name.toLowerCase()
  return ALIASES[lower] ?? lower
}

/** A number that a Modelfile sets; the last one counts. Undefined where there is none or it means *no limit* (−1). */
export function numberOf(modelfile: Modelfile, field: ParameterName): number | undefined {
  const text = modelfile.parameters.findLast(({ name }) => known(name) === PARAMETERS[field])?.value
  if (text === undefined) return undefined
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** The Modelfile with a number set where it stood, or at the end; or without it. */
export function withNumber(modelfile: Modelfile, field: ParameterName, value: number | undefined): Modelfile {
  return withParameter(modelfile, PARAMETERS[field], value === undefined ? [] : [String(value)])
}

/** The texts at which an answer ends. */
export function stopsOf(modelfile: Modelfile): string[] {
  return modelfile.parameters.filter(({ name }) => known(name) === STOP).map(({ value }) => value)
}

/** The Modelfile with other texts at which an answer ends. */
export function withStops(modelfile: Modelfile, stops: readonly string[]): Modelfile {
  return withParameter(modelfile, STOP, stops)
}

function withParameter(modelfile: Modelfile, name: string, values: readonly string[]): Modelfile {
  const fresh = values.map((value) => ({ name, value }))
  const place = modelfile.parameters.findIndex((parameter) => known(parameter.name) === name)
  const others = modelfile.parameters.filter((parameter) => known(parameter.name) !== name)
  const at = place === -1 ? others.length : place
  return { ...modelfile, parameters: [...others.slice(0, at), ...fresh, ...others.slice(at)] }
}

/** One entry a line; blank lines are none. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** The place in a text of a 1-based line and column; the end of the line or text where it goes beyond. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0
  for (let current = 1; current < line; current += 1) {
    const end = text.indexOf('\n', start)
    if (end === -1) return text.length
    start = end + 1
  }
  const next = text.indexOf('\n', start)
  return Math.min(start + Math.max(0, column - 1), next === -1 ? text.length : next)
}
