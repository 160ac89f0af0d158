import { InvalidArgumentError } from 'commander'
import { KeyScope, type NewKey } from '../shared/domain/keys.ts'

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const
/** A hundred years: beyond it, dates are no longer meant. */
const LONGEST_MS = 100 * 365 * UNITS.d

/** What `hearth keys create` asks for beside the name. */
export type KeyOptions = Pick<NewKey, 'scopes' | 'models' | 'requestsPerMinute' | 'tokensPerDay'> & {
  /** Milliseconds from now; null: never. */
  expiresInMs: number | null
}

/** The options of `hearth keys create` as they were typed. */
export interface KeyFlags {
  scope?: KeyScope[]
  model?: string[]
  /** Milliseconds. */
  expires?: number
  rpm?: number
  tokensPerDay?: number
}

/** What they ask for. */
export function toKeyOptions({ scope, model, expires, rpm, tokensPerDay }: KeyFlags): KeyOptions {
  return {
    scopes: scope ?? ['inference'],
    models: model ?? null,
    expiresInMs: expires ?? null,
    requestsPerMinute: rpm ?? null,
    tokensPerDay: tokensPerDay ?? null,
  }
}

/** One more `--scope`, for commander. */
export function addScope(text: string, before: KeyScope[] | undefined): KeyScope[] {
  const parsed = KeyScope.safeParse(text)
  if (!parsed.success) throw new InvalidArgumentError(`A scope is one of ${KeyScope.options.join(', ')}.`)
  return [...new Set([...(before ?? []), parsed.data])]
}

/** One more `--model`, for commander. */
export function addModel(text: string, before: string[] | undefined): string[] {
  if (text.trim() === '') throw new InvalidArgumentError('Write the name of a model.')
  return [...(before ?? []), text.trim()]
}

/** `--expires` in milliseconds, for commander. */
export function toLifetime(text: string): number {
  const [, amount, unit] = /^(\d+)([mhdw])$/.exec(text.trim()) ?? []
  const ms = Number(amount) * UNITS[unit as keyof typeof UNITS] // the pattern has no other units
  if (ms > 0 && ms <= LONGEST_MS) return ms
  throw new InvalidArgumentError('Write how long it is good for, as 12h, 30d or 52w.')
}

/** A limit from 1 to `most`, for commander. */
export function toLimit(most: number): (text: string) => number {
  return (text) => {
    const limit = Number(text)
    if (/^\d+$/.test(text) && limit >= 1 && limit <= most) return limit
    throw new InvalidArgumentError(`Write a number from 1 to ${most}.`)
  }
}
