import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { curlCommand, type CurlRequest } from './curl.ts'

const request: CurlRequest = {
  address: 'http://127.0.0.1:1234',
  method: 'POST',
  path: '/v1/chat/completions',
  headers: [
    ['host', '127.0.0.1:1234'],
    ['Content-Type', 'application/json'],
    ['content-length', '12'],
    ['accept-encoding', 'gzip'],
    ['x-empty', ''],
    ['x-note', `it's $HOME and \`date\``],
  ],
  body: '{"model":"m"}',
  withKey: false,
  selfSigned: false,
}

function shellWords(command: string): string[] {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}\n`
  const env = { HEARTH_API_KEY: 'secret', HOME: '/home/x' }
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', env }).split('\0').slice(0, -1)
}

describe.skipIf(process.platform === 'win32')('a request as a curl command, read by a shell', () => {
  it('has the address, the headers that matter and the body', () => {
    expect(shellWords(curlCommand(request))).toEqual([
      'http://127.0.0.1:1234/v1/chat/completions',
      '-H',
      'Content-Type: application/json',
      '-H',
      'x-empty;',
      '-H',
      "x-note: it's $HOME and `date`",
      '--data-raw',
      '{"model":"m"}',
    ])
  })

  it.each([
    `{"content":"it's \\"quoted\\" \\\\ and\\nlonger"}`,
    'line one\nline two\r\n\tthree',
    "'; rm -rf ~; echo '",
    '@/etc/passwd',
    '$(date) `date` ${HOME} !! \\',
    '你好 🔥',
    '',
  ])('keeps the body %j as it is', (body) => {
    expect(shellWords(curlCommand({ ...request, body })).at(-1)).toBe(body)
  })

  it('names the method where curl would take another', () => {
    const get = { ...request, method: 'GET', headers: [], body: null }
    expect(shellWords(curlCommand(get))).toEqual([`${request.address}${request.path}`])
    expect(shellWords(curlCommand({ ...get, method: 'DELETE' })).slice(0, 2)).toEqual(['-X', 'DELETE'])
    expect(shellWords(curlCommand({ ...request, method: 'PUT', headers: [] })).slice(0, 2)).toEqual(['-X', 'PUT'])
  })

  it('takes the key from the environment, and never has it in it', () => {
    const command = curlCommand({ ...request, withKey: true, selfSigned: true })
    expect(command).not.toContain('secret')
    expect(shellWords(command)).toContain('Authorization: Bearer secret')
    expect(shellWords(command)[0]).toBe('-k')
  })

  it('keeps an address that a shell could take for a pattern', () => {
    const path = "/v1/models/a*b?c&d;'e'"
    expect(shellWords(curlCommand({ ...request, address: 'http://[::1]:1', path }))[0]).toBe(`http://[::1]:1${path}`)
  })
})
