import { AppError } from '../../shared/domain/errors.ts'
import type { ApiKey } from '../../shared/domain/keys.ts'
import { formatAgo, formatFromNow, formatTable } from '../format.ts'
import type { KeyOptions } from '../key-options.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

/** `hearth keys`: the keys with which programs enter. */
export async function listKeys(context: ProgramContext): Promise<void> {
  const keys = await withCore(context, 'hearth keys', (client) => client.keys.list())
  const forPeople = context.stdout.isTTY === true
  const rows = keys.map((key) => [
    key.name,
    key.fromEnvironment ? '-' : key.id,
    key.hint === '' ? '-' : `${key.hint}…`,
    key.scopes.join(','),
    key.models?.join(',') ?? 'all',
    limitsOf(key),
    expiryOf(key, forPeople),
    key.lastUsedAt === null ? '-' : timeOf(key.lastUsedAt, forPeople),
  ])
  const titles = ['NAME', 'ID', 'KEY', 'SCOPES', 'MODELS', 'LIMITS', 'EXPIRES', 'LAST USED']
  context.stdout.write(formatTable(titles, rows, forPeople))
}

/**
 * `hearth keys create NAME`: prints the key alone, so that a script can take it over.
 * @throws AppError key_name_taken
 */
export async function createKey(context: ProgramContext, name: string, options: KeyOptions): Promise<void> {
  const { expiresInMs, ...wanted } = options
  const expiresAt = expiresInMs === null ? null : Date.now() + expiresInMs
  const { secret } = await withCore(context, 'hearth keys create', (client) =>
    client.keys.create({ ...wanted, name, expiresAt }),
  )
  context.stdout.write(`${secret}\n`)
  context.stderr.write('Keep it now: it is not shown again.\n')
}

/**
 * `hearth keys rm NAME`: also by id. Answers that run with it are ended.
 * @throws AppError not_found
 */
export async function removeKey(context: ProgramContext, wanted: string): Promise<void> {
  const name = await withCore(context, 'hearth keys rm', async (client) => {
    const key = findKey(await client.keys.list(), wanted)
    await client.keys.remove({ id: key.id })
    return key.name
  })
  context.stdout.write(`removed '${name}'\n`)
}

function findKey(keys: readonly ApiKey[], wanted: string): ApiKey {
  const found =
    keys.find(({ name }) => name.toLowerCase() === wanted.toLowerCase()) ?? keys.find(({ id }) => id === wanted)
  if (found !== undefined) return found
  throw new AppError({
    code: 'not_found',
    message: `There is no key "${wanted}".`,
    suggestion: 'See which there are with: hearth keys',
  })
}

function limitsOf({ requestsPerMinute, tokensPerDay }: ApiKey): string {
  const limits = [
    ...(requestsPerMinute === null ? [] : [`${requestsPerMinute} requests/min`]),
    ...(tokensPerDay === null ? [] : [`${tokensPerDay} tokens/day`]),
  ]
  return limits.length === 0 ? '-' : limits.join(', ')
}

function expiryOf({ expiresAt }: ApiKey, forPeople: boolean): string {
  if (expiresAt === null) return 'never'
  const leftMs = expiresAt - Date.now()
  if (!forPeople) return new Date(expiresAt).toISOString()
  return leftMs > 0 ? formatFromNow(leftMs) : 'expired'
}

function timeOf(at: number, forPeople: boolean): string {
  return forPeople ? formatAgo(Date.now() - at) : new Date(at).toISOString()
}
