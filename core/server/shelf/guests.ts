import { BlockList, isIP } from 'node:net'
import type { Settings } from '../../../shared/domain/settings.ts'

type ShelfSettings = Settings['server']['shelf']

/** Everything of the shelf, and nothing else. */
const SHELF = /^\/v2(?:\/|$)/

/**
 * Whether someone without a key may ask for this path: it is the shelf's, that is open, and the address is one of those
 * that were let in. Whatever can't be read as an address lets nobody in.
 */
export function isShelfGuest(
  path: string,
  address: string | undefined,
  { enabled, addresses }: ShelfSettings,
): boolean {
  if (!enabled || address === undefined || !SHELF.test(path)) return false
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const family = familyOf(plain)
  return family !== null && rangesOf(addresses).check(plain, family)
}

/** Read anew only when the settings were changed. */
const read = new WeakMap<readonly string[], BlockList>()

function rangesOf(addresses: readonly string[]): BlockList {
  const known = read.get(addresses)
  if (known) return known
  const ranges = new BlockList()
  for (const written of addresses) addRange(ranges, written.trim())
  read.set(addresses, ranges)
  return ranges
}

function addRange(ranges: BlockList, written: string): void {
  const [, address = '', bits] = /^\[?([^\]/]+)\]?(?:\/(\d{1,3}))?$/.exec(written) ?? []
  const family = familyOf(address)
  if (family === null) return
  const length = family === 'ipv4' ? 32 : 128
  const prefix = bits === undefined ? length : Number(bits)
  if (prefix <= length) ranges.addSubnet(address, prefix, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null
}
