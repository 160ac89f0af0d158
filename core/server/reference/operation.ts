import { z } from 'zod'

/** A text for people, with what is in the other form as an example. */
interface Content {
  schema: z.ZodType
  example: unknown
}

/** Server-sent events. */
interface Events {
  /** Of the data of one event. */
  schema: z.ZodType
  /** Whether events have their `type` as a name too. */
  named: boolean
  /** What stands after the last event, which is no JSON. */
  end?: '[DONE]'
  example: readonly object[]
}

/** One object a line. */
interface Lines {
  schema: z.ZodType
  example: readonly object[]
}

/** What one status of an operation carries; nothing where no form is named. */
export interface Answer {
  description: string
  /** Of the type `application/json`, unless it has a name of its own. */
  json?: Content & { type?: string }
  events?: Events
  lines?: Lines
  text?: { type: string; example: string }
}

/** What an endpoint does, as the API reference tells it. It stands beside the handler, under `METHOD /path`. */
export interface Operation {
  summary: string
  description?: string
  /** What each parameter of the path is. */
  parameters?: Readonly<Record<string, string>>
  request?: Content
  answers: Readonly<Record<number, Answer>>
  /** Statuses of errors, beside those that every operation has. */
  errors: readonly number[]
}

export type Reference = Readonly<Record<string, Operation>>

/** Errors of whatever reads a body. */
export const BODY_ERRORS = [400, 413, 415] as const
/** Errors of whatever needs a model that works. */
export const MODEL_ERRORS = [...BODY_ERRORS, 404, 503, 504, 507] as const

/**
 * A request as clients may send it: its fields with what they mean, each of which may be null where it may be absent.
 * @param notes what the fields mean
 */
export function asSent(schema: z.ZodObject, notes: Readonly<Record<string, string>>): z.ZodObject {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const sent = z.safeParse(field, undefined).success ? z.nullable(field) : field
    const note = notes[name]
    return [name, note === undefined ? sent : (sent as z.ZodType).describe(note)] as const // zod's own schemas all can
  })
  return schema.extend(Object.fromEntries(fields))
}
