import type { z } from 'zod'
import { AnthropicError } from '../anthropic/schemas.ts'
import type { Route } from '../context.ts'
import { type Dialect, dialectOf } from '../dialect.ts'
import { StudioError } from '../lmstudio/schemas.ts'
import { OllamaError } from '../ollama/schemas.ts'
import { OpenAiError } from '../openai/schemas.ts'
import { RegistryError } from '../shelf/reference.ts'
import type { Operation } from './operation.ts'

/** What each status of an error means. */
export const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is not valid, or asks for what can’t be done; the message names the parameter',
  401: 'A key is needed, or it is not the right one',
  403: 'This name of the server, this web page or this key is not let in',
  404: 'There is no such thing',
  409: 'The name is taken, or the model is in use',
  413: 'The body is too large',
  415: 'The body is compressed',
  408: 'The file stopped arriving',
  416: 'The file has no such part',
  507: 'There is no room on the disk',
  429: 'The key has reached its limit; `Retry-After` says when to come back',
  500: 'Something broke, or the model can’t be used',
  502: 'A hub could not be reached, or did not answer as it should',
  503: 'Too many wait already, or the server ends; `Retry-After` says when to come back',
  504: 'It took too long',
}

const SCHEMAS: Record<Dialect, z.ZodType> = {
  openai: OpenAiError,
  anthropic: AnthropicError,
  ollama: OllamaError,
  lmstudio: StudioError,
  registry: RegistryError,
}

/** The form of errors under a path. */
export function errorSchema(path: string): z.ZodType {
  return SCHEMAS[dialectOf(path)]
}

/** All statuses of errors with which an operation may answer. */
export function errorsOf({ errors }: Operation, scope: Route['scope']): number[] {
  const all = [...errors, 500, ...(scope === 'open' ? [] : [401, 403, 429])]
  return [...new Set(all)].toSorted((a, b) => a - b)
}
