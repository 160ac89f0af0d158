import { AppError } from '../../../shared/domain/errors.ts'

/** Where to listen; null leaves the choice to the defaults. */
export interface Address {
  host: string | null
  port: number | null
}

/**
 * Reads what OLLAMA_HOST and HEARTH_HOST may hold: a host, `host:port`, `:port`, a URL, or an IPv6 address with or
 * without brackets, in quotes or not. A URL without a port names only the host.
 * @throws AppError invalid_input naming `source`
 */
export function parseAddress(text: string, source: string): Address {
  const value = text
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim()
  const rest = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/s, '')
  if (/^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(rest)) return { host: rest, port: null }
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s@]*))(?::(\d*))?$/i.exec(rest)
  if (match === null) throw unreadable(value, source)
  const host = match[1] ?? match[2] ?? ''
  const port = match[3] === undefined || match[3] === '' ? null : Number(match[3])
  if (port !== null && port > 65535) throw unreadable(value, source)
  return { host: host === '' ? null : host, port }
}

function unreadable(value: string, source: string): AppError {
  return new AppError({
    code: 'invalid_input',
    message: `${source} is "${value}", which is no address.`,
    suggestion: 'Write a host, a host and a port as 127.0.0.1:1234, or only a port as :1234. Ports go up to 65535.',
  })
}

/**
 * The address that the environment names; HEARTH_HOST goes before OLLAMA_HOST.
 * @throws AppError invalid_input
 */
export function addressFromEnvironment(env: NodeJS.ProcessEnv): Address {
  for (const name of ['HEARTH_HOST', 'OLLAMA_HOST']) {
    const value = env[name]
    if (value !== undefined && value.trim() !== '') return parseAddress(value, name)
  }
  return { host: null, port: null }
}

/** The base URL of a host and a port; IPv6 gets its brackets. */
export function baseUrl(host: string, port: number, secure = false): string {
  return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
