import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What a double was asked, in the order of arrival. */
export interface SeenRequest {
  /** Which of the double's servers: `hub`, `cdn`, `auth`. */
  server: string
  method: string
  /** With the query. */
  path: string
  headers: Record<string, string>
  range: string | null
}

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>

/** A server on a free port of 127.0.0.1 that logs what it is asked. An error of the handler becomes a 500. */
export async function startListening(name: string, seen: SeenRequest[], handler: Handler) {
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([key, value]) => [
        key,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    )
    seen.push({ server: name, method: request.method ?? 'GET', path, headers, range: headers['range'] ?? null })
    const fail = (error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(String(error))
    }
    response.on('error', () => response.destroy())
    Promise.resolve()
      .then(() => handler(request, response, new URL(path, 'http://double')))
      .catch(fail)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Ends with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

/** What a network with a login page answers to everything. */
export function sendPortal(response: ServerResponse, how: 'page' | 'redirect', portal: string) {
  if (how === 'redirect') {
    response.writeHead(302, { location: portal, 'content-length': '0' })
    response.end()
    return
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  response.end(
    '<!doctype html><html><head><title>Hotel WLAN</title></head><body><form>Room number</form></body></html>',
  )
}

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}
