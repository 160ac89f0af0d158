import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'

/**
 * The fields of a JSON body; explicit nulls are absent.
 * @throws AppError invalid_input
 */
export function fieldsOf(json: unknown): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new AppError({ code: 'invalid_input', message: 'The body must be a JSON object.' })
  }
  return withoutNulls(json)
}

/** The fields of an object that are not null; none for what is no object. */
export function withoutNulls(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null))
}

/** A parameter that is missing. */
export function required(param: string): AppError {
  return new AppError({ code: 'invalid_input', message: `\`${param}\` is required.`, data: { parameter: param } })
}

/** A parameter that is there but wrong; `reason` ends a sentence, without its full stop. */
export function wrong(param: string, reason: string): AppError {
  return new AppError({
    code: 'invalid_input',
    message: `\`${param}\` is not valid: ${reason}.`,
    data: { parameter: param },
  })
}

/** A parameter that asks for what this server can't do; an answer that silently lacks it would be worse than none. */
export function unsupported(param: string, what: string, suggestion = 'Send the request without it.'): AppError {
  return new AppError({
    code: 'unsupported_parameter',
    message: `${what} can't be used with this server (\`${param}\`).`,
    suggestion,
    data: { parameter: param },
  })
}

/**
 * The body as its schema has it; a null within it is absent wherever the schema knows no null.
 * @throws AppError invalid_input that names the first parameter that is wrong
 */
export function parse<Schema extends z.ZodType>(schema: Schema, body: Record<string, unknown>): z.infer<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  const nulls = [...nullsAmong(issues, body)]
  if (nulls.length > 0) return parse(schema, withoutPaths(body, nulls))
  const [first] = issues
  const issue = first === undefined ? undefined : innermost(first)
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : (issue?.path ?? [])
  const param = path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key).slice(0, 100)}`))
    .join('')
  throw valueAt(body, path) === undefined ? required(param) : wrong(param, reasonOf(issue))
}

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** Where nulls are to blame, in any of the forms that a value may have. */
function* nullsAmong(issues: readonly Issue[], body: unknown, above: Path = []): Generator<Path> {
  for (const issue of issues) {
    const path = [...above, ...issue.path]
    if (isDroppable(body, path)) yield path
    else if (issue.code === 'invalid_union') for (const form of issue.errors) yield* nullsAmong(form, body, path)
  }
}

/** Where a value may have several forms: what is wrong within the one that it was clearly meant to have. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const [meant, other] = issue.errors
    .filter(([first]) => first !== undefined && (first.path.length > 0 || first.code === 'too_big'))
    .toSorted((a, b) => a.length - b.length)
  const [first] = meant ?? []
  if (first === undefined || meant?.length === other?.length) return issue
  return innermost({ ...first, path: [...issue.path, ...first.path] })
}

function valueAt(body: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null ? Object.getOwnPropertyDescriptor(inside, key)?.value : undefined,
    body,
  )
}

/** An entry of a list is never absent: the others would get another place. */
function isDroppable(body: unknown, path: Path): boolean {
  return path.length > 0 && valueAt(body, path) === null && !Array.isArray(valueAt(body, path.slice(0, -1)))
}

function withoutPaths(body: Record<string, unknown>, paths: readonly Path[]): Record<string, unknown> {
  const copy = structuredClone(body)
  for (const path of paths) {
    const parent = valueAt(copy, path.slice(0, -1))
    const key = path.at(-1)
    if (typeof parent === 'object' && parent !== null && key !== undefined) Reflect.deleteProperty(parent, key)
  }
  return copy
}

const TYPES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
}

/** Why a value is not taken, and so what to send; ends a sentence. */
function reasonOf(issue: Issue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return `it must be ${TYPES[issue.expected] ?? issue.expected}`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'it is empty'
        : `it must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      if (issue.origin === 'array') return `it must have at most ${issue.maximum} entries`
      if (issue.origin === 'string') return `it must have at most ${issue.maximum} characters`
      return `it must be at most ${issue.maximum}`
    case 'invalid_value':
      return `it must be ${issue.values.map((value) => String(value) || '""').join(' or ')}`
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'its name is wrong'
    case 'unrecognized_keys':
      return 'it is not known here'
    default:
      return issue?.message ?? 'wrong value'
  }
}
