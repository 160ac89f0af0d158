import { createServer, request } from 'node:http'
import { connect } from 'node:net'

/**
 * A proxy on loopback: tunnels with CONNECT and forwards plain requests. Names are its own to look up: all those of
 * `hosts` lead to a port here.
 */
export async function startProxyDouble(options: {
  hosts: Record<string, string>
  login?: { user: string; password: string }
}) {
  const seen: { method: string; target: string; login: string | null }[] = []
  const wanted = options.login
    ? `Basic ${Buffer.from(`${options.login.user}:${options.login.password}`).toString('base64')}`
    : null
  const targetOf = (host: string): URL | null => {
    const origin = options.hosts[host]
    return origin === undefined ? null : new URL(origin)
  }
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://nowhere.invalid')
    const login = incoming.headers['proxy-authorization'] ?? null
    seen.push({ method: incoming.method ?? '', target: url.host, login })
    if (wanted !== null && login !== wanted) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end()
      return
    }
    const target = targetOf(url.host)
    if (target === null) {
      response.writeHead(502).end()
      return
    }
    const options = {
      host: target.hostname,
      port: target.port,
      path: url.pathname + url.search,
      method: incoming.method,
      headers: incoming.headers,
    }
    const forwarded = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    forwarded.on('error', () => response.destroy())
    incoming.pipe(forwarded)
  })
  server.on('connect', (incoming, socket) => {
    const login = incoming.headers['proxy-authorization'] ?? null
    seen.push({ method: 'CONNECT', target: incoming.url ?? '', login })
    const target = targetOf(incoming.url ?? '')
    if (wanted !== null && login !== wanted) {
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n',
      )
      return
    }
    if (target === null) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const upstream = connect(Number(target.port), target.hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    seen,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
