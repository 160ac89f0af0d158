import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

/** Networks that live inside this machine, of containers and virtual ones, and tunnels out of it. */
const VIRTUAL =
  /^(?:docker|podman|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|vethernet|bridge\d|utun|tun|tap|wg|zt|tailscale)/i

/** Every address of this machine but those of loopback: by any of them it may be called. */
export function ownAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  return entriesOf(interfaces).map(({ address }) => address)
}

/**
 * The addresses to tell people on the network: IPv4 first, those of virtual networks last. Link-local ones are left
 * out: they need a zone, which no URL can carry in a browser, or mean that the network gave no address.
 */
export function networkAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  return ranked(interfaces).map(({ address }) => address)
}

/** Those of {@link networkAddresses} that stay: of IPv6 most are new each day, and virtual networks come and go. */
export function lastingAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  return ranked(interfaces).flatMap(({ address, rank }) => (rank === 0 ? [address] : []))
}

/** The address that means every network of this machine: of both kinds where it knows IPv6. */
export function everyNetwork(interfaces: Interfaces = networkInterfaces()): '::' | '0.0.0.0' {
  const entries = Object.values(interfaces).flatMap((entry) => entry ?? [])
  return entries.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0'
}

function ranked(interfaces: Interfaces): { address: string; rank: number }[] {
  return entriesOf(interfaces)
    .filter(({ address }) => !/^(?:fe[89ab][0-9a-f]:|169\.254\.)/i.test(address))
    .map(({ name, address, family }) => ({ address, rank: (VIRTUAL.test(name) ? 2 : 0) + (family === 'IPv4' ? 0 : 1) }))
    .toSorted((a, b) => a.rank - b.rank)
}

function entriesOf(interfaces: Interfaces): { name: string; address: string; family: string }[] {
  return Object.entries(interfaces).flatMap(([name, entries]) =>
    (entries ?? []).filter(({ internal }) => !internal).map(({ address, family }) => ({ name, address, family })),
  )
}
