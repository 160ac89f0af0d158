import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { AppError } from '../../shared/domain/errors.ts'

/** Clients that send a byte a minute must not hold sockets: times for the headers, and for the whole request. */
const HEADERS_TIMEOUT_MS = 15_000
const REQUEST_TIMEOUT_MS = 120_000
/** Models are sent here, for hours: what receives them watches how they arrive. */
const UPLOAD = /^\/api\/blobs\//
const MAX_CONNECTIONS = 1024

/** One open port. */
export interface Listener {
  port: number
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
  onRequest: (request: IncomingMessage, response: ServerResponse) => void
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** How long a whole request may take to arrive, uploads apart. */
  requestTimeoutMs?: number
}

/**
 * Opens one port.
 * @throws AppError port_in_use, port_forbidden, address_unavailable
 */
export async function listen({
  host,
  port,
  onRequest,
  onUpgrade,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
}: ListenerOptions): Promise<Listener> {
  const running = new Set<ServerResponse>()
  const waiting = new Set<() => void>()
  let draining = false
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    // Held for each request, since uploads take longer.
    requestTimeout: 0,
    connectionsCheckingInterval: 5000,
    // A body that comes beside a length and in chunks is two requests to someone else.
    insecureHTTPParser: false,
  })
  server.maxConnections = MAX_CONNECTIONS
  server.on('request', (request, response) => {
    running.add(response)
    if (!UPLOAD.test(request.url ?? '')) limitBody(request, requestTimeoutMs)
    if (draining) response.setHeader('connection', 'close')
    response.on('close', () => {
      running.delete(response)
      if (draining) server.closeIdleConnections()
      if (running.size === 0) for (const resolve of waiting) resolve()
    })
    onRequest(request, response)
  })
  server.on('upgrade', onUpgrade)
  server.on('clientError', answerBadRequest)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(toListenError(error, host, port)))
    server.listen({ host, port, exclusive: true }, resolve)
  })
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  return {
    port: boundPort(server),
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
      await closed
    },
  }
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

function boundPort(server: Server): number {
  // A TCP server that listens has such an address.
  return (server.address() as AddressInfo).port
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
