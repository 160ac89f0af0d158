import { isLoopbackAddress, isLoopbackHost } from './peer.ts'

/** A `Host` header in its parts, in lower case, IPv6 without brackets; null when it is none. */
export function parseHost(header: string): { name: string; port: number | null } | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_-]+(?:\.[a-z0-9_-]+)*))(?::(\d{1,5}))?$/.exec(header.toLowerCase())
  if (match === null) return null
  const name = match[1] ?? match[2]
  return name === undefined ? null : { name, port: match[3] === undefined ? null : Number(match[3]) }
}

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '::1'])

/**
 * Whether a request that calls the server by this `Host` is answered: loopback names with any port, and the names
 * that were bound or configured. Anything else may be a foreign name that was pointed here (DNS rebinding,
 * CVE-2024-28224).
 */
export function isAllowedHost(header: string | undefined, names: ReadonlySet<string>): boolean {
  if (header === undefined) return false
  const host = parseHost(header)
  if (host === null) return false
  return LOOPBACK_NAMES.has(host.name) || host.name.endsWith('.localhost') || names.has(host.name)
}

/**
 * Whether a client at the address `peer` may call the server by this `Host`. From other computers a name of one word
 * will do where every network is listened on, as containers call each other (`ollama:11434`): no stranger can serve a
 * web page under such a name, because public DNS has none. From this machine it will not, because here no key is asked
 * for, and someone in the same network might make up a name.
 */
export function mayCallAs(
  header: string | undefined,
  peer: string | undefined,
  { hosts, plainNames }: { hosts: ReadonlySet<string>; plainNames: boolean },
): boolean {
  if (isAllowedHost(header, hosts)) return true
  const name = plainNames && !isLoopbackAddress(peer) ? parseHost(header ?? '')?.name : undefined
  return name !== undefined && /^[a-z][a-z0-9_-]*$/.test(name)
}

/** The two addresses that mean every network of this machine. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/**
 * The names, beside loopback, by which a server bound to `bound` may be called: that name, the configured ones, and
 * for a wildcard this machine's own name and addresses (an address can't be rebound).
 */
export function hostNames(
  bound: string,
  configured: readonly string[],
  machine: { name: string; addresses: readonly string[] },
): Set<string> {
  const names = [...configured]
  if (!isLoopbackHost(bound)) names.push(bound)
  if (isWildcard(bound)) names.push(machine.name, ...machine.addresses)
  return new Set(names.map((name) => name.toLowerCase().replace(/^\[(.*)\]$/, '$1')))
}
