import { randomInt } from 'node:crypto'
import { createServer as createTcpServer } from 'node:net'
import { afterEach } from 'vitest'
import { conform, watched } from './conformance.testing.ts'
import type { ServerDeps, ServerService, StartOptions } from './deps.ts'
import { createServer } from './server.ts'
import { prefill, type Script, scriptedDeps, text } from './server.testing.ts'

export const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  if (violations.length > 0) throw new Error(violations.splice(0).join('\n'))
})

/** Where answers of servers that were started here did not conform to the API reference. Clients may swallow an error. */
const violations: string[] = []
const origins = new Set<string>()
const plainFetch = globalThis.fetch

// Clients find it when they are made, so that whatever they are answered is looked at.
globalThis.fetch = async (input, init) => {
  const response = await plainFetch(input, init)
  const { origin, pathname } = new URL(input instanceof Request ? input.url : input)
  if (!origins.has(origin)) return response
  const sent = { method: init?.method ?? 'GET', path: pathname, body: await new Response(init?.body).text() }
  const { status, headers } = response
  return watched(response, (body, isWhole) => {
    try {
      conform(sent, { status, contentType: headers.get('content-type'), body, isWhole })
    } catch (error) {
      violations.push(String(error))
    }
  })
}

export async function started(
  generate?: Script,
  more: Partial<ServerDeps> = {},
  options: StartOptions = { port: 0 },
): Promise<{ server: ServerService; url: string; port: number }> {
  const server = createServer(scriptedDeps(generate, more))
  cleanUps.push(() => server.stop())
  await server.start(options)
  const url = server.state().status.addresses[0] ?? ''
  origins.add(url)
  return { server, url, port: Number(new URL(url).port) }
}

/** A port that another program holds. */
export async function takenPort(): Promise<number> {
  const held = await hold(0)
  cleanUps.push(held.release)
  return held.port
}

/**
 * A port that is free. None of those that the system gives to connections, which one of another test could take before
 * it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const held = await hold(randomInt(10_000, 32_000)).catch(() => null)
    if (held === null) continue
    await held.release()
    return held.port
  }
}

/** Listens as another program would; 0 takes any port. Rejects when it is in use. */
async function hold(port: number): Promise<{ port: number; release: () => Promise<void> }> {
  const other = createTcpServer()
  await new Promise<void>((resolve, reject) => {
    other.once('error', reject)
    other.listen({ host: '127.0.0.1', port, exclusive: true }, resolve)
  })
  const address = other.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    release: () => new Promise((resolve) => other.close(() => resolve())),
  }
}

export const newest = (server: ServerService) => server.state().requests[0]

/** Answers one token, then waits until it is stopped. */
export function endless(onAbort: () => void = () => {}): Script {
  return async function* (_request, signal) {
    yield prefill
    yield text('Par')
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    onAbort()
    yield { type: 'error', choice: 0, error: { code: 'cancelled', message: 'Stopped.' } }
  }
}
