import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { AppError } from '../../../shared/domain/errors.ts'
import type { Certificate } from '../https/certificate.ts'

/** Clients that send a byte a minute must not hold sockets: times for the headers, and for the whole request. */
const PATIENCE = { headersMs: 15_000, requestMs: 120_000, lookEveryMs: 5000 }
/** Models are sent here, for hours: what receives them watches how they arrive. */
const UPLOAD = /^\/api\/blobs\//
const MAX_CONNECTIONS = 1024
/** What still says goodbye, or shakes hands, when a port is closed has this long. */
const GOODBYE_MS = 1500

/** One open port. */
export interface Listener {
  host: string
  port: number
  /** It speaks HTTPS, and nothing else. */
  secure: boolean
  /** Uses another certificate for connections from now on. */
  renew(certificate: Certificate): void
  /** Opens the same once more, after it was drained. @throws AppError as {@link listen} */
  again(): Promise<Listener>
  /** Stops accepting; connections without a request are closed, the others when their answer ends. */
  drain(): void
  /** Resolves when no answer runs any more. */
  idle(): Promise<void>
  /** Cuts what is left. */
  close(): Promise<void>
}

export interface ListenerOptions {
  host: string
  /** 0 takes any free one. */
  port: number
  /** Set for HTTPS. */
  certificate: Certificate | null
  onRequest: (request: IncomingMessage, response: ServerResponse) => void
  /** For WebSockets alone. */
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  patience?: typeof PATIENCE
}

/**
 * Opens one port.
 * @throws AppError port_in_use, port_forbidden, address_unavailable
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { host, port, onRequest, onUpgrade, patience = PATIENCE } = options
  const running = new Set<ServerResponse>()
  const waiting = new Set<() => void>()
  const sockets = new Set<Socket>()
  let { certificate } = options
  let draining = false
  const server = createFor(certificate, patience)
  server.maxConnections = MAX_CONNECTIONS
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    running.add(response)
    if (!UPLOAD.test(request.url ?? '')) limitBody(request, patience.requestMs)
    if (draining) response.setHeader('connection', 'close')
    response.on('close', () => {
      running.delete(response)
      if (draining) server.closeIdleConnections()
      if (running.size === 0) for (const resolve of waiting) resolve()
    })
    onRequest(request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') onUpgrade(request, socket, head)
    else answerPlainly(server, request, socket, head)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ERR_SSL_HTTP_REQUEST') answerPlainRequest(socket, sockets)
    else if (isHandshakeError(error)) socket.destroy()
    else answerBadRequest(error, socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(toListenError(error, host, port)))
    server.listen({ host, port, exclusive: true }, resolve)
  })
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  const bound = boundPort(server)
  return {
    host,
    port: bound,
    secure: certificate !== null,
    renew(next) {
      if (certificate === null || next.fingerprint === certificate.fingerprint) return
      certificate = next
      if ('setSecureContext' in server) server.setSecureContext(secureContext(next))
    },
    again: () => listen({ ...options, port: bound, certificate }),
    drain() {
      draining = true
      for (const response of running) if (!response.headersSent) response.setHeader('connection', 'close')
      server.close()
      server.closeIdleConnections()
    },
    idle: () => (running.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
    async close() {
      server.close()
      server.closeAllConnections()
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, GOODBYE_MS)
      await closed
      clearTimeout(cut)
    },
  }
}

function createFor(certificate: Certificate | null, patience: typeof PATIENCE): Server | SecureServer {
  const limits = {
    headersTimeout: patience.headersMs,
    // Held for each request, since uploads take longer.
    requestTimeout: 0,
    connectionsCheckingInterval: patience.lookEveryMs,
    // A body that comes beside a length and in chunks is two requests to someone else.
    insecureHTTPParser: false,
  }
  if (certificate === null) return createServer(limits)
  return createSecureServer({
    ...limits,
    ...secureContext(certificate),
    handshakeTimeout: patience.headersMs,
    ALPNProtocols: ['http/1.1'],
  })
}

function secureContext({ chain, key }: Certificate): { cert: string; key: string; minVersion: 'TLSv1.2' } {
  return { cert: chain, key, minVersion: 'TLSv1.2' }
}

function limitBody(request: IncomingMessage, ms: number): void {
  const timer = setTimeout(() => {
    if (!request.complete) answerBadRequest(bodyTimeout(), request.socket)
  }, ms)
  timer.unref()
  request.once('close', () => clearTimeout(timer))
}

/** What Node calls a request that does not arrive. */
function bodyTimeout(): NodeJS.ErrnoException {
  return Object.assign(new Error('The request took too long to arrive.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
}

function boundPort(server: Server | SecureServer): number {
  // A TCP server that listens has such an address.
  return (server.address() as AddressInfo).port
}

/**
 * Programs in Java offer HTTP/2 with each request (`Upgrade: h2c`). Who does not speak it answers as if they had not:
 * the request is read again without its offer.
 */
function answerPlainly(
  server: Server | SecureServer,
  { method, url, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    if (!/^(?:upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket)
}

function answerBadRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers of the request are too large.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request took too long to arrive.']
        : ['400 Bad Request', 'The request is not valid HTTP.']
  refuse(socket, status, message)
}

/** A program that speaks HTTP to a port of HTTPS is told so; under the TLS that failed its own socket still works. */
function answerPlainRequest(secured: Duplex, sockets: ReadonlySet<Socket>): void {
  const port = secured instanceof TLSSocket ? secured.remotePort : undefined
  const plain = [...sockets].find((socket) => socket.remotePort === port)
  if (plain === undefined) secured.destroy()
  else refuse(plain, '400 Bad Request', 'This port speaks HTTPS. Call it with https:// instead of http://.')
}

function isHandshakeError({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO'
}

function refuse(socket: Duplex, status: string, message: string): void {
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } })
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\nx-should-retry: false\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** Why a port could not be opened, in words. */
export function toListenError(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new AppError({
        code: 'port_in_use',
        message: `Port ${port} is in use by another program.`,
        suggestion: 'Choose another port or stop that program.',
        data: { port },
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
      return new AppError({
        code: 'port_forbidden',
        message: `This computer does not let Hearth use port ${port}.`,
        suggestion: port < 1024 ? 'Choose a port above 1023.' : 'Choose another port.',
        data: { port },
        cause: error,
      })
    default:
      return new AppError({
        code: 'address_unavailable',
        message: `This computer has no address "${host}" to listen on.`,
        suggestion: 'Use 127.0.0.1 for this computer alone, or 0.0.0.0 for all of its networks.',
        data: { host },
        cause: error,
      })
  }
}
