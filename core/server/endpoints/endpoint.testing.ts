import type { Dialect as ServerDialect } from '../dialect.ts'
import type { Kind } from './kinds.testing.ts'

/** The form of an API's errors. */
export type Dialect = ServerDialect

/** An endpoint that takes a body. */
export interface Endpoint {
  method: 'POST' | 'DELETE'
  path: string
  dialect: Exclude<Dialect, 'registry'>
  /** The smallest body that is answered with 200. */
  body: Record<string, unknown>
  /** The optional fields, by their path in the body. */
  fields: Record<string, Kind>
  /** Fields that must be there, and what else than nothing they refuse. */
  required: Record<string, readonly unknown[]>
  /** What it does: `answers` a prompt, in a stream where asked to; other `work` that may be stopped; or a `change`. */
  does: 'answers' | 'work' | 'change'
}

export const MODEL = 'smollm2:135m'
export const hi = [{ role: 'user', content: 'Capital of France?' }]
/** What no name can be. */
export const names = [5, true, [], {}, '']
export const schema = { type: 'object', properties: { city: { type: 'string' } } }
export const weather = { type: 'function', function: { name: 'get_weather', parameters: schema } }

/** A POST of one dialect. */
export function endpoint(
  dialect: Endpoint['dialect'],
  path: string,
  more: Omit<Endpoint, 'method' | 'path' | 'dialect'>,
): Endpoint {
  return { method: 'POST', path, dialect, ...more }
}
