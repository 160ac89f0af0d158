import { hostname } from 'node:os'
import { AppError, type ErrorInfo, toErrorInfo } from '../../../shared/domain/errors.ts'
import { addressFromEnvironment } from './address.ts'
import type { Access } from '../context.ts'
import type { ServerDeps, StartOptions } from '../deps.ts'
import { hostNames, isWildcard } from '../guard/host.ts'
import { parseOrigins } from '../guard/origin.ts'
import { isLoopbackHost } from '../guard/peer.ts'
import { everyNetwork, ownAddresses } from './network.ts'

type Environment = Pick<ServerDeps, 'keys' | 'env' | 'log'>

const THIS_COMPUTER = '127.0.0.1'

/** Where to listen. */
export interface Binding {
  host: string
  /** The one and only port, where one was named. */
  port: number | null
  /** Why the settings could not be followed as far as they go. */
  problem: ErrorInfo | null
}

/**
 * Where to listen: as the command line says, then the environment, then the settings. The network of the settings is
 * left out while it must be, so that programs of this computer are answered all the same.
 * @throws AppError key_required for a host that was named, invalid_input
 */
export function bindingFor(options: StartOptions, deps: Environment & Pick<ServerDeps, 'settings'>): Binding {
  const named = addressFromEnvironment(deps.env)
  const given = options.host ?? named.host
  const port = options.port ?? named.port
  if (given !== null) {
    const host = given.toLowerCase() === 'localhost' ? THIS_COMPUTER : given
    assertMayBind(host, deps)
    return { host, port, problem: null }
  }
  if (!deps.settings().network) return { host: THIS_COMPUTER, port, problem: null }
  const host = everyNetwork()
  try {
    assertMayBind(host, deps)
    return { host, port, problem: null }
  } catch (error) {
    return { host: THIS_COMPUTER, port, problem: toErrorInfo(error) }
  }
}

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
export function accessFor(host: string, { env, settings }: Pick<ServerDeps, 'env' | 'settings'>): Access {
  const list = (name: string) =>
    (env[name] ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
  return {
    hosts: hostNames(host, list('HEARTH_ALLOWED_HOSTS'), { name: hostname(), addresses: ownAddresses() }),
    plainNames: isWildcard(host),
    origins: [env['HEARTH_ORIGINS'] ?? '', env['OLLAMA_ORIGINS'] ?? '', ...settings().origins].flatMap(parseOrigins),
    keyNeeded: !isAuthOff(env),
  }
}

function isAuthOff(env: NodeJS.ProcessEnv): boolean {
  return (env['HEARTH_AUTH'] ?? '').toLowerCase() === 'off'
}
