import { connect, type Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { listen } from './listening/listener.ts'
import { cleanUps, started } from './listening.testing.ts'

const HOST = 'Host: localhost\r\n'
const CLOSE = 'Connection: close\r\n'
const body = JSON.stringify({ model: 'smollm2:135m', prompt: 'Capital of France?' })
const streamed = JSON.stringify({ model: 'smollm2:135m', prompt: 'x', stream: true })
const get = (path: string, headers = HOST + CLOSE, version = '1.1') => `GET ${path} HTTP/${version}\r\n${headers}\r\n`
const post = (headers: string, sent = body) => `POST /v1/completions HTTP/1.1\r\n${HOST}${headers}\r\n${sent}`
const length = `Content-Length: ${body.length}\r\n`
const chunked = 'Transfer-Encoding: chunked\r\n'

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  cleanUps.push(() => socket.destroy())
  return socket
}

/** What comes back for some bytes, until the other side has said all. */
async function answerTo(port: number, bytes: string | Buffer): Promise<string> {
  const socket = open(port)
  socket.write(bytes)
  let received = ''
  for await (const data of socket) received += String(data)
  return received
}

describe('bytes that are no request, or two', () => {
  it.each<[string, string | Buffer, number]>([
    ['no HTTP', 'nonsense\r\n\r\n', 400],
    ['the beginning of TLS', Buffer.from('1603010200010001fc0303', 'hex'), 400],
    ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a version that is none', get('/', HOST, '9.9'), 400],
    ['a method that is none', `BREW / HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['no host', get('/', CLOSE), 400],
    ['no host in HTTP/1.0', get('/', '', '1.0'), 400],
    ['a host that is none', get('/v1/models', `Host: a b\r\n${CLOSE}`), 400],
    ['two hosts', get('/v1/models', `${HOST}Host: evil.example\r\n${CLOSE}`), 403],
    ['a foreign host', get('/v1/models', `Host: evil.example\r\n${CLOSE}`), 403],
    ['a foreign URL', get('http://evil.example/v1/models'), 403],
    ['our URL under a foreign host', get('http://localhost/v1/models', `Host: evil.example\r\n${CLOSE}`), 403],
    ['a path without its slash', get('v1/models'), 400],
    ['a path out of the root', get('/v1/../../etc/passwd'), 404],
    ['a path in another encoding', Buffer.from(get('/v1/models/\xff\xfe'), 'latin1'), 400],
    ['a URL too long', get(`/v1/models?${'x'.repeat(20_000)}`), 431],
    ['a header too long', get('/', `${HOST}X: ${'x'.repeat(20_000)}\r\n`), 431],
    ['headers without end', get('/', HOST + 'X: some text\r\n'.repeat(5000)), 431],
    ['a folded header', get('/', `${HOST}X: a\r\n b\r\n`), 400],
    ['a header with NUL', get('/', `${HOST}X: a\u0000b\r\n`), 400],
    ['a blank before the colon', get('/', `Host : localhost\r\n`), 400],
    ['line feeds alone', get('/', HOST).replaceAll('\r', ''), 400],
    ['a line feed in a header', get('/', `${HOST}X: a\nY: b\r\n`), 400],
    ['a length and chunks', post(length + chunked), 400],
    ['two lengths', post('Content-Length: 5\r\nContent-Length: 6\r\n'), 400],
    ['one length twice', post(length + length), 400],
    ['a length below zero', post('Content-Length: -5\r\n'), 400],
    ['a length in hex', post('Content-Length: 0x5\r\n'), 400],
    ['a length beyond all bounds', post('Content-Length: 99999999999\r\n'), 413],
    ['chunks of chunks', post('Transfer-Encoding: chunked, chunked\r\n'), 400],
    ['a coding that is none', post('Transfer-Encoding: identity\r\n'), 400],
    ['a chunk without a size', post(chunked, 'zz\r\nhello\r\n0\r\n\r\n'), 400],
    ['a chunk longer than it says', post(chunked, '3\r\nhello\r\n0\r\n\r\n'), 400],
    ['a chunk of endless size', post(chunked, 'fffffffffffffffff\r\nhello\r\n'), 400],
    ['a chunk with a long remark', post(chunked, `5;${'x'.repeat(30_000)}\r\nhello\r\n0\r\n\r\n`), 400],
    ['an expectation that is none', post(`Expect: the-unexpected\r\n${CLOSE}${length}`), 417],
  ])('%s is answered with an error, and the connection ends', async (_name, bytes, status) => {
    const { port } = await started()
    expect(await answerTo(port, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(await answerTo(port, get('/health'))).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('half a body is never taken for a whole one', async () => {
    const generate = vi.fn()
    const { port } = await started(generate)
    const socket = open(port)
    socket.end(post(length, body.slice(0, -5)))
    let received = ''
    for await (const data of socket) received += String(data)
    expect(received).toMatch(/^HTTP\/1\.1 400 /)
    expect(generate).not.toHaveBeenCalled()
  })
})

describe('odd requests that are whole', () => {
  it.each([
    ['HTTP/1.0', get('/v1/models', HOST, '1.0')],
    [
      'a stream over HTTP/1.0',
      `POST /v1/completions HTTP/1.0\r\n${HOST}Content-Length: ${streamed.length}\r\n\r\n${streamed}`,
    ],
    ['a whole URL', get('http://localhost/v1/models')],
    [
      'chunks',
      post(
        CLOSE + chunked,
        `5\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)};a=b\r\n${body.slice(5)}\r\n0\r\n\r\n`,
      ),
    ],
    [
      'an offer of HTTP/2, as programs in Java make it',
      post(`Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n${length}`),
    ],
    ['an upgrade to nonsense', get('/v1/models', `${HOST}Connection: Upgrade, close\r\nUpgrade: nonsense\r\n`)],
    ['1,000 headers', get('/v1/models', HOST + 'X: y\r\n'.repeat(1000) + CLOSE)],
  ])('%s is answered', async (_name, bytes) => {
    const { port } = await started()
    expect(await answerTo(port, bytes)).toMatch(/^HTTP\/1\.1 200 .*(?:"object":"list"|Paris\.|\[DONE\])/s)
  })

  it('may send its body after the offer of HTTP/2, and another request after it', async () => {
    const { port } = await started()
    const socket = open(port)
    let received = ''
    socket.on('data', (data) => (received += data.toString()))
    const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'
    socket.write(post(offer + length, ''))
    socket.write(body.slice(0, 9))
    setImmediate(() => socket.write(body.slice(9)))
    await vi.waitFor(() => expect(received).toMatch(/Paris\./))
    socket.write(get('/health'))
    await vi.waitFor(() => expect(received).toMatch(/"status":"healthy"/))
  })

  it('waits for leave to send its body', async () => {
    const { port } = await started()
    const socket = open(port)
    let received = ''
    socket.on('data', (data) => (received += data.toString()))
    socket.write(post(`Expect: 100-continue\r\n${length}`, ''))
    await vi.waitFor(() => expect(received).toBe('HTTP/1.1 100 Continue\r\n\r\n'))
    socket.write(body)
    await vi.waitFor(() => expect(received).toMatch(/Paris\./))
  })

  it('comes in a row without waiting, and is answered in that order', async () => {
    const { port } = await started()
    const received = await answerTo(port, get('/health', HOST) + post(length) + get('/api/version'))
    expect(received).toMatch(/"status":"healthy".*Paris\..*"version":"1\.2\.3"/s)
  })
})

describe('a client that says nothing, or little', () => {
  it('is one of a thousand and keeps nobody else out', async () => {
    const { port, url } = await started()
    const idle = Array.from({ length: 900 }, () => open(port))
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
    for (const socket of idle.slice(450)) socket.write('GET / HTTP/1.1\r\nHost: loc')
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it.each([
    ['nothing', ''],
    ['half of its headers', `GET / HTTP/1.1\r\n${HOST}X: `],
    ['half of its body', post(length, body.slice(0, 5))],
  ])('is cut when all that it ever sends is %s', async (_name, bytes) => {
    const listener = await listen({
      host: '127.0.0.1',
      port: 0,
      certificate: null,
      onRequest: (request) => void request.resume(),
      onUpgrade: () => {},
      patience: { headersMs: 50, requestMs: 100, lookEveryMs: 20 },
    })
    cleanUps.push(() => listener.close())
    expect(await answerTo(listener.port, bytes)).toMatch(/^(?:HTTP\/1\.1 408 |$)/)
  })
})
