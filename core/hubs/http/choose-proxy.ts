import { BlockList, isIP } from 'node:net'
import type { Settings } from '../../../shared/domain/settings.ts'
import { bare, reachOfHost } from './addresses.ts'

export interface ProxyDeps {
  settings: () => Settings['hubs']['proxy']
  env: Record<string, string | undefined>
  /** The system's proxy in PAC form; null where there is no system to ask. */
  resolveProxy: ((url: string) => Promise<string>) | null
  /** Name and password for the proxy of the settings. */
  login: () => Promise<{ user: string; password: string } | null>
}

export interface Proxy {
  /** With name and password, if there are any. */
  uri: string
  /** For messages: host and port. */
  host: string
}

/** The proxy for a URL, or null: from the settings, else the environment, else the system. Never for this computer. */
export async function chooseProxy(url: URL, deps: ProxyDeps): Promise<Proxy | null> {
  const { mode, url: manual } = deps.settings()
  if (mode === 'none' || reachOfHost(url.hostname) === 2) return null
  const noProxy = deps.env['NO_PROXY'] ?? deps.env['no_proxy'] ?? ''
  if (mode === 'manual') {
    if (manual === null || excluded(url, noProxy)) return null
    return toProxy(manual, await deps.login())
  }
  const named = fromEnvironment(url.protocol, deps.env)
  if (named !== null) return excluded(url, noProxy) ? null : toProxy(named, null)
  // A system that can't say has no proxy for us.
  return deps.resolveProxy === null ? null : fromPac(await deps.resolveProxy(url.href).catch(() => 'DIRECT'))
}

/** First usable entry of a PAC answer, as `PROXY host:8080; DIRECT`. */
export function fromPac(answer: string): Proxy | null {
  for (const entry of answer.split(';')) {
    const [kind = '', address = ''] = entry.trim().split(/\s+/)
    const scheme = { PROXY: 'http', HTTP: 'http', HTTPS: 'https', SOCKS: 'socks5', SOCKS5: 'socks5' }[
      kind.toUpperCase()
    ]
    if (kind.toUpperCase() === 'DIRECT') return null
    if (scheme !== undefined && address !== '') return toProxy(`${scheme}://${address}`, null)
  }
  return null
}

/** Whether `NO_PROXY` names the host: `*`, a domain with all below it, an address, a range, any with a port. */
export function excluded(url: URL, noProxy: string): boolean {
  const host = bare(url.hostname)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return noProxy
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => matches(entry.toLowerCase(), host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  const range = /^([\da-f.:]+)\/(\d{1,3})$/.exec(entry)
  if (range?.[1] !== undefined) return inRange(host, range[1], Number(range[2]))
  const withPort = isIP(entry) === 6 ? null : /^(.*):(\d+)$/.exec(entry)
  if (withPort && withPort[2] !== port) return false
  const name = bare(withPort?.[1] ?? entry).replace(/^\*?\./, '')
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`))
}

function inRange(host: string, address: string, bits: number): boolean {
  const family = isIP(address)
  if (family === 0 || isIP(host) !== family || bits > (family === 4 ? 32 : 128)) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(address, bits, type)
  return list.check(host, type)
}

function fromEnvironment(protocol: string, env: ProxyDeps['env']): string | null {
  // HTTP_PROXY in capitals can be set by a request's header where programs run as CGI; this one never does.
  const names = protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']
  for (const name of [...names, 'all_proxy', 'ALL_PROXY']) {
    const value = env[name]
    if (value) return /^[a-z\d+.-]+:\/\//i.test(value) ? value : `http://${value}`
  }
  return null
}

function toProxy(address: string, login: { user: string; password: string } | null): Proxy | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address.replace(/^socks(?:5h)?:/, 'socks5:'))
  if (!['http:', 'https:', 'socks5:'].includes(url.protocol)) return null
  if (login !== null) {
    url.username = encodeURIComponent(login.user)
    url.password = encodeURIComponent(login.password)
  }
  return { uri: url.href, host: url.host }
}
