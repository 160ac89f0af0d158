import { lookup } from 'node:dns/promises'
import { bare, reachOf, reachOfHost, type Reach } from './addresses.ts'
import { redirectRefused } from './network-errors.ts'

/**
 * The address that a hub sends a download to, checked: never from https to http, never from a public host to a
 * private one. Throws `redirect_refused`.
 */
export async function safeRedirect(from: string, location: string): Promise<URL> {
  const origin = new URL(from)
  const target = URL.canParse(location, from) ? new URL(location, from) : null
  const known = target !== null && ['http:', 'https:'].includes(target.protocol)
  if (!known || (origin.protocol === 'https:' && target.protocol !== 'https:')) throw redirectRefused(origin.host)
  if (target.host !== origin.host && (await reach(target)) > (await reach(origin))) throw redirectRefused(origin.host)
  return target
}

/** Closest of all addresses of a host; a name that can't be looked up here (behind a proxy) counts as public. */
export async function reach(url: URL): Promise<Reach> {
  const shown = reachOfHost(url.hostname)
  if (shown !== null) return shown
  try {
    const found = await lookup(bare(url.hostname), { all: true })
    return found.reduce<Reach>((most, { address }) => (reachOf(address) > most ? reachOf(address) : most), 0)
  } catch {
    return 0
  }
}

/** When a signed address ends, in epoch milliseconds; null when it does not say. */
export function expiryOf(url: URL): number | null {
  const query = url.searchParams
  const lasts = Number(query.get('X-Amz-Expires') ?? Number.NaN)
  const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '')
  if (stamp && Number.isFinite(lasts)) {
    const [, year, month, day, hour, minute, second] = stamp
    return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + lasts * 1000
  }
  const at = Number(query.get('Expires') ?? Number.NaN)
  return Number.isFinite(at) && at > 1e9 ? at * 1000 : null
}
