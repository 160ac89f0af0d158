import { BlockList, isIP } from 'node:net'

/** How far an address reaches: 0 everywhere, 1 inside a network, 2 this computer or this cable alone. */
export type Reach = 0 | 1 | 2

// 198.18.0.0/15 stays public: proxies that work as a network card give every name an address from there.
const PRIVATE = listOf(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['192.0.0.0', 24],
  ['fc00::', 7],
  ['fec0::', 10],
)
const LOCAL = listOf(
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
)

/** The reach of an IP address; one that is no address counts as public. */
export function reachOf(address: string): Reach {
  const plain = unmapped(address)
  const family = isIP(plain)
  if (family === 0) return 0
  const type = family === 6 ? 'ipv6' : 'ipv4'
  if (LOCAL.check(plain, type)) return 2
  return PRIVATE.check(plain, type) ? 1 : 0
}

/** The reach that a URL's host shows by itself; null when its name must be looked up. */
export function reachOfHost(hostname: string): Reach | null {
  const host = bare(hostname)
  if (isIP(host) !== 0) return reachOf(host)
  return host === 'localhost' || host.endsWith('.localhost') ? 2 : null
}

/** Without the brackets of an IPv6 host. */
export function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
}

/** IPv4 inside IPv6 (mapped, NAT64) as IPv4. */
function unmapped(address: string): string {
  const plain = address.split('%')[0] ?? address
  const dotted = /^(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)
  if (dotted?.[1] !== undefined) return dotted[1]
  const hex = /^(?:::ffff:|64:ff9b::)([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(plain)
  if (hex?.[1] === undefined || hex[2] === undefined) return plain
  const [high, low] = [Number.parseInt(hex[1], 16), Number.parseInt(hex[2], 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function listOf(...ranges: [address: string, bits: number][]): BlockList {
  const list = new BlockList()
  for (const [address, bits] of ranges) list.addSubnet(address, bits, address.includes(':') ? 'ipv6' : 'ipv4')
  return list
}
