import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { ServerStatus } from '../../shared/domain/server.ts'
import { baseUrl } from './listening/address.ts'
import { isWildcard } from './guard/host.ts'
import { isLoopbackHost } from './guard/peer.ts'
import { type Certificate, doubtAbout } from './https/certificate.ts'
import { networkAddresses } from './listening/network.ts'

export const OFF: ServerStatus = {
  state: 'off',
  addresses: [],
  networkAddresses: [],
  certificateFingerprint: null,
  error: null,
  keyRequired: false,
  askAboutOllamaPort: false,
  headless: false,
}

/** What is true of a server that is on. */
export interface Situation {
  /** What it is bound to. */
  host: string
  certificate: Certificate | null
  /** What of the settings could not be followed. */
  problem: ErrorInfo | null
  /** Why a new certificate could not be taken. */
  renewal: ErrorInfo | null
  askAboutOllamaPort: boolean
}

/** The status of a server that is on, as it is shown. */
export function statusOf(
  { host, certificate, problem, renewal, askAboutOllamaPort }: Situation,
  more: { ports: readonly { port: number }[]; keyRequired: boolean; headless: boolean; now: number },
): ServerStatus {
  const network = isWildcard(host) ? networkAddresses() : isLoopbackHost(host) ? [] : [host]
  const names = isWildcard(host) ? ['127.0.0.1', ...network] : [host]
  const urls = (port: number, hosts: string[]) => hosts.map((name) => baseUrl(name, port, certificate !== null))
  return {
    state: 'on',
    addresses: more.ports.flatMap(({ port }) => urls(port, names)),
    networkAddresses: more.ports.slice(0, 1).flatMap(({ port }) => urls(port, network)),
    certificateFingerprint: certificate?.fingerprint ?? null,
    error: problem ?? renewal ?? (certificate && doubtAbout(certificate, more.now)),
    keyRequired: more.keyRequired,
    askAboutOllamaPort,
    headless: more.headless,
  }
}
