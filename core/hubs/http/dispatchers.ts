import { lookup as systemLookup } from 'node:dns'
import { readFileSync, statSync } from 'node:fs'
import type { LookupFunction } from 'node:net'
import tls from 'node:tls'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { AppError } from '../../../shared/domain/errors.ts'
import { reachOf, type Reach } from './addresses.ts'
import type { Proxy } from './choose-proxy.ts'

const CONNECT_MS = 15_000

export interface Dispatchers {
  /** @param most addresses that reach less far than this are refused when a name leads to them */
  get(proxy: Proxy | null, most: Reach): Dispatcher
  close(): Promise<void>
}

/**
 * Connections, kept by proxy and by what they may reach. The addresses that a name has are checked in the very lookup
 * that connects, so a name can't change between check and use.
 *
 * @param certificates path of a PEM file to trust beside the usual ones, or null
 */
export function createDispatchers(
  certificates: () => string | null,
  lookup: LookupFunction = systemLookup as LookupFunction, // the overloads of dns.lookup hide that it fits
): Dispatchers {
  const known = new Map<string, Dispatcher>()
  const trust = createTrust(certificates)
  return {
    get(proxy, most) {
      const { secureContext, key: trusted } = trust()
      const key = `${proxy?.uri ?? ''} ${proxy ? '' : most} ${trusted}`
      const existing = known.get(key)
      if (existing) return existing
      const security = secureContext === null ? {} : { secureContext }
      // Silence is watched by ourselves: from the first byte on, and with the reader's pauses left out.
      const options = { headersTimeout: 0, bodyTimeout: 0, connections: 256, keepAliveTimeout: 10_000 }
      const dispatcher = proxy
        ? new ProxyAgent({
            ...options,
            uri: proxy.uri,
            proxyTunnel: false,
            requestTls: { ...security, timeout: CONNECT_MS },
            proxyTls: { ...security, timeout: CONNECT_MS },
          })
        : new Agent({ ...options, connect: { ...security, timeout: CONNECT_MS, lookup: guarded(lookup, most) } })
      known.set(key, dispatcher)
      return dispatcher
    },
    async close() {
      const all = [...known.values()]
      known.clear()
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()))
    },
  }
}

/** A lookup that answers with an error when a name leads to an address closer by than is allowed. */
function guarded(lookup: LookupFunction, most: Reach): LookupFunction {
  if (most === 2) return lookup
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      const all = typeof address === 'string' ? [address] : (address ?? []).map((one) => one.address)
      if (!error && all.some((one) => reachOf(one) > most)) {
        callback(Object.assign(new Error(`${hostname} is a private address`), { code: 'HEARTH_PRIVATE' }), '', 4)
        return
      }
      callback(error, address, family)
    })
  }
}

function createTrust(certificates: () => string | null) {
  let kept: { key: string; secureContext: tls.SecureContext | null } | null = null
  return () => {
    const path = certificates()
    const key = path === null ? '' : `${path} ${modified(path)}`
    if (kept?.key === key) return kept
    const system = systemCertificates()
    const ca = [...tls.rootCertificates, ...system, ...(path === null ? [] : [readPem(path)])]
    kept = { key, secureContext: path === null && system.length === 0 ? null : tls.createSecureContext({ ca }) }
    return kept
  }
}

/** Certificates that the operating system trusts; empty where this Node can't tell. */
function systemCertificates(): string[] {
  const read: unknown = Reflect.get(tls, 'getCACertificates')
  if (typeof read !== 'function') return []
  try {
    const found: unknown = read('system')
    return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function readPem(path: string): string {
  try {
    const text = readFileSync(path, 'utf8')
    tls.createSecureContext({ ca: text })
    if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no certificate inside')
    return text
  } catch (cause) {
    throw new AppError({
      code: 'invalid_input',
      message: `The certificate file ${path} can't be used.`,
      suggestion: 'Choose a PEM file with certificates in Settings → Models.',
      cause,
    })
  }
}
