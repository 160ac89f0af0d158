import { hostname, networkInterfaces } from 'node:os'
import { AppError } from '../../shared/domain/errors.ts'
import type { Access } from './context.ts'
import type { ServerDeps } from './deps.ts'
import { hostNames, isWildcard } from './guard/host.ts'
import { parseOrigins } from './guard/origin.ts'
import { isLoopbackHost } from './guard/peer.ts'

type Environment = Pick<ServerDeps, 'keys' | 'env' | 'log'>

/**
 * Refuses to answer other computers without a key, unless HEARTH_AUTH=off says otherwise; then it says so aloud.
 * @throws AppError key_required, and invalid_input where the environment should name a key and does not
 */
export function assertMayBind(host: string, { keys, env, log }: Environment): void {
  keys.assertEnvironment()
  if (isLoopbackHost(host)) return
  if (isAuthOff(env)) {
    log.warn({ host }, 'HEARTH_AUTH=off: every computer that reaches this one may use the server')
    return
  }
  if (keys.hasUsable()) return
  throw new AppError({
    code: 'key_required',
    message: `Listening on ${host} would let other computers use Hearth without a key.`,
    suggestion:
      'Make one with `hearth keys create NAME`, set HEARTH_API_KEY to a secret of your own, or HEARTH_AUTH=off if everyone may use it.',
    data: { host },
  })
}

/** Who may enter a server that is bound to `host`. */
export function accessFor(host: string, { env }: Pick<Environment, 'env'>): Access {
  const list = (name: string) =>
    (env[name] ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
  return {
    hosts: hostNames(host, list('HEARTH_ALLOWED_HOSTS'), { name: hostname(), addresses: ownAddresses() }),
    plainNames: isWildcard(host),
    origins: ['HEARTH_ORIGINS', 'OLLAMA_ORIGINS'].flatMap((name) => parseOrigins(env[name] ?? '')),
    keyNeeded: !isAuthOff(env),
  }
}

/** Addresses by which other computers reach this one; IPv4 first. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  // A link-local IPv6 address needs a zone, which no URL can carry in a browser.
  const usable = all.filter((entry) => !entry.internal && !entry.address.startsWith('fe80:'))
  return usable.toSorted((a, b) => a.family.localeCompare(b.family)).map((entry) => entry.address)
}

function isAuthOff(env: NodeJS.ProcessEnv): boolean {
  return (env['HEARTH_AUTH'] ?? '').toLowerCase() === 'off'
}
