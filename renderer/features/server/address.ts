import type { Model } from '../../../shared/domain/models.ts'

export interface AddressFacts {
  /** What answers now, as `http://127.0.0.1:1234`; empty while the server is off. */
  addresses: readonly string[]
  /** Those that the network knows, where one of them is wanted. */
  networkAddresses: readonly string[]
  /** The port of the settings, at which it would answer. */
  port: number
  /** Where a browser reached the server; null in the app. */
  browserOrigin: string | null
}

/**
 * The address to show and to put into snippets, without a path. A browser is told the one it came by: it is the one
 * that works from where the person sits.
 */
export function shownAddress({ addresses, networkAddresses, port, browserOrigin }: AddressFacts): string {
  return browserOrigin ?? networkAddresses[0] ?? addresses[0] ?? `http://127.0.0.1:${port}`
}

/** Other ports that answer too, in order, without the one that is shown. */
export function otherPorts(addresses: readonly string[]): string[] {
  const [first, ...others] = addresses.map(portOf)
  return [...new Set(others)].filter((port) => port !== first)
}

function portOf(address: string): string {
  const { port, protocol } = new URL(address)
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port
}

/** Whether only programs on this machine can reach an address. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** The chat model that snippets name: the one for new chats, else the first that works, else the one that ships. */
export function snippetModel(models: readonly Model[], preferred: string): string {
  const chat = models.filter((model) => model.facts.kind === 'chat' && model.problem === null)
  const chosen = chat.find((model) => model.name === preferred || model.aliases.includes(preferred)) ?? chat[0]
  return chosen?.name ?? 'smollm2:135m'
}
