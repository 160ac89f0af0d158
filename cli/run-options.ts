import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { InvalidArgumentError } from 'commander'
import { AppError } from '../shared/domain/errors.ts'
import type { GenerationRequestInput } from '../shared/domain/generation.ts'
import { parseKeepAlive } from '../shared/domain/keep-alive.ts'

/** What `hearth run` asks of every answer. */
export type AnswerOptions = Pick<GenerationRequestInput, 'constraint' | 'reasoning' | 'keepAliveSeconds'>

/** The options of `hearth run` as they are typed. */
export interface RunFlags {
  verbose?: boolean
  /** Seconds. */
  keepalive?: number
  /** Absent: as the model likes it. */
  think?: boolean
  /** `json`, a JSON schema, or the path of one. */
  format?: string
}

/** Seconds of `--keepalive`, for commander. */
export function toKeepAlive(text: string): number {
  const seconds = parseKeepAlive(text)
  if (seconds === null)
    throw new InvalidArgumentError('Write seconds or a duration, as 300, 10m or 1h30m; -1 is for ever.')
  return seconds
}

/**
 * Flags as parts of a request; a schema is read from its file.
 * @param cwd where a relative path counts from
 * @throws AppError invalid_input for a format that is none
 */
export async function toAnswerOptions({ keepalive, think, format }: RunFlags, cwd: string): Promise<AnswerOptions> {
  return {
    ...(keepalive === undefined ? {} : { keepAliveSeconds: keepalive }),
    ...(think === undefined ? {} : { reasoning: { mode: think ? 'on' : 'off' } }),
    ...(format === undefined ? {} : { constraint: await toConstraint(format, cwd) }),
  }
}

async function toConstraint(format: string, cwd: string): Promise<NonNullable<AnswerOptions['constraint']>> {
  if (format === 'json') return { kind: 'json' }
  const text = format.trimStart().startsWith('{') ? format : await readSchema(path.resolve(cwd, format))
  try {
    const schema: unknown = JSON.parse(text)
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return { kind: 'schema', schema }
  } catch (cause) {
    throw noSchema(`The format is not valid JSON: ${cause instanceof Error ? cause.message : 'unreadable'}.`, cause)
  }
  throw noSchema('A JSON schema is an object.')
}

async function readSchema(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw noSchema(`The JSON schema ${file} can not be read.`, cause)
  }
}

function noSchema(message: string, cause?: unknown): AppError {
  const suggestion = 'Use --format json, or name a file with a JSON schema.'
  return new AppError({ code: 'invalid_input', message, suggestion, data: { parameter: 'format' }, cause })
}
