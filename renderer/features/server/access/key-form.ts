import type { ApiKey, KeyScope, NewKey } from '../../../../shared/domain/keys.ts'

export const EXPIRIES = ['never', '30', '90', '365', 'date'] as const
export type Expiry = (typeof EXPIRIES)[number]

/** A key as it stands in the form: figures are text until they are read. */
export interface KeyForm {
  name: string
  scopes: readonly KeyScope[]
  expiry: Expiry
  /** As `2027-01-31`; counts for the expiry `date` alone. */
  date: string
  /** Null: all. */
  models: readonly string[] | null
  requestsPerMinute: string
  tokensPerDay: string
}

export type KeyField = 'name' | 'scopes' | 'date' | 'models' | 'requestsPerMinute' | 'tokensPerDay'

export const EMPTY_KEY: KeyForm = {
  name: '',
  scopes: ['inference'],
  expiry: 'never',
  date: '',
  models: null,
  requestsPerMinute: '',
  tokensPerDay: '',
}

const DAY_MS = 86_400_000
const MOST_REQUESTS = 1_000_000

/** The form of a key that is there already. */
export function formOf(key: ApiKey): KeyForm {
  return {
    name: key.name,
    scopes: key.scopes,
    expiry: key.expiresAt === null ? 'never' : 'date',
    date: key.expiresAt === null ? '' : dayOf(key.expiresAt),
    models: key.models,
    requestsPerMinute: key.requestsPerMinute === null ? '' : String(key.requestsPerMinute),
    tokensPerDay: key.tokensPerDay === null ? '' : String(key.tokensPerDay),
  }
}

/**
 * What the form says, or the fields that are wrong. A date means the end of that day here.
 * @param now milliseconds since the epoch
 */
export function readKeyForm(form: KeyForm, now: number): { key: NewKey } | { wrong: KeyField[] } {
  const name = form.name.trim()
  const expiresAt = expiryOf(form, now)
  const requestsPerMinute = countOf(form.requestsPerMinute, MOST_REQUESTS)
  const tokensPerDay = countOf(form.tokensPerDay, Number.MAX_SAFE_INTEGER)
  const wrong: KeyField[] = []
  if (name === '' || name.length > 80) wrong.push('name')
  if (form.scopes.length === 0) wrong.push('scopes')
  if (expiresAt === undefined || (expiresAt !== null && expiresAt <= now)) wrong.push('date')
  if (form.models?.length === 0) wrong.push('models')
  if (requestsPerMinute === undefined) wrong.push('requestsPerMinute')
  if (tokensPerDay === undefined) wrong.push('tokensPerDay')
  if (wrong.length > 0 || expiresAt === undefined || requestsPerMinute === undefined || tokensPerDay === undefined)
    return { wrong }
  const models = form.models === null ? null : [...form.models]
  return { key: { name, scopes: [...form.scopes], models, expiresAt, requestsPerMinute, tokensPerDay } }
}

/** The day of a moment here, as a date field has it. */
export function dayOf(epochMs: number): string {
  const day = new Date(epochMs)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${String(day.getFullYear()).padStart(4, '0')}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

/** Undefined for what is no date. */
function expiryOf({ expiry, date }: KeyForm, now: number): number | null | undefined {
  if (expiry === 'never') return null
  if (expiry !== 'date') return now + Number(expiry) * DAY_MS
  const end = new Date(`${date}T23:59:59.999`).getTime()
  return Number.isNaN(end) ? undefined : end
}

/** Null for nothing, undefined for what is no count. */
function countOf(text: string, most: number): number | null | undefined {
  const digits = text.trim()
  if (digits === '') return null
  const count = Number(digits)
  return /^\d+$/.test(digits) && count >= 1 && count <= most ? count : undefined
}
