import { hostname, networkInterfaces } from 'node:os'
import { AppError } from '../../shared/domain/errors.ts'
import type { Access } from './context.ts'
import type { ServerDeps } from './deps.ts'
import { hostNames } from './guard/host.ts'
import { parseOrigins } from './guard/origin.ts'
import { isLoopbackHost } from './guard/peer.ts'

type Environment = Pick<ServerDeps, 'apiKey' | 'env' | 'log'>

/**
 * Refuses to answer other computers without a key, unless HEARTH_AUTH=off says otherwise; then it says so aloud.
 * @throws AppError key_required
 */
export function assertMayBind(host: string, { apiKey, env, log }: Environment): void {
  if (isLoopbackHost(host)) return
  if (isAuthOff(env)) {
    log.warn({ host }, 'HEARTH_AUTH=off: every computer that reaches this one may use the server')
    return
  }
  if (apiKey !== null) return
  throw new AppError({
    code: 'key_required',
    message: `Listening on ${host} would let other computers use Hearth without a key.`,
    suggestion: 'Set HEARTH_API_KEY to a secret of your own, or HEARTH_AUTH=off if everyone may use it.',
    data: { host },
  })
}

/** Who may enter a server that is bound to `host`. */
export function accessFor(host: string, { apiKey, env }: Environment): Access {
  const list = (name: string) =>
    (env[name] ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
  return {
    hosts: hostNames(host, list('HEARTH_HOSTS'), { name: hostname(), addresses: ownAddresses() }),
    origins: ['HEARTH_ORIGINS', 'OLLAMA_ORIGINS'].flatMap((name) => parseOrigins(env[name] ?? '')),
    key: isAuthOff(env) ? null : apiKey,
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
