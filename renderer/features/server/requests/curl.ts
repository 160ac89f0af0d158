import { singleQuote, singleQuoteUnlessPlain } from '../connect/shell.ts'

export interface CurlRequest {
  /** The server without a path. */
  address: string
  method: string
  path: string
  /** As they came, without keys. */
  headers: readonly (readonly [name: string, value: string])[]
  body: string | null
  /** It came with a key: the command takes it from HEARTH_API_KEY. */
  withKey: boolean
  /** The certificate is one that curl would refuse. */
  selfSigned: boolean
}

/** What curl says itself, and what would make it answer with something that can't be read. */
const LEFT_OUT = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'user-agent',
])

/** The same request as a command for a POSIX shell; a key is never part of it. */
export function curlCommand({ address, method, path, headers, body, withKey, selfSigned }: CurlRequest): string {
  const implied = body === null ? 'GET' : 'POST'
  const sent = headers.filter(([name]) => !LEFT_OUT.has(name.toLowerCase()))
  return [
    `curl ${selfSigned ? '-k ' : ''}${method === implied ? '' : `-X ${singleQuoteUnlessPlain(method)} `}${singleQuoteUnlessPlain(`${address}${path}`)}`,
    // Without a value curl would drop the header.
    ...sent.map(([name, value]) => `-H ${singleQuote(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...(withKey ? ['-H "Authorization: Bearer $HEARTH_API_KEY"'] : []),
    // Unlike `-d`, it takes a leading @ for what it is.
    ...(body === null ? [] : [`--data-raw ${singleQuote(body)}`]),
  ].join(' \\\n  ')
}
