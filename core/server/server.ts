import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { getRequestListener } from '@hono/node-server'
import { AppError, toErrorInfo } from '../../shared/domain/errors.ts'
import type { ServerStatus } from '../../shared/domain/server.ts'
import { createApp } from './app.ts'
import { accessFor, bindingFor } from './listening/binding.ts'
import type { Access } from './context.ts'
import type { ServerDeps, ServerService, StartOptions } from './deps.ts'
import { HttpRefusal } from './errors.ts'
import { createExchanges } from './requests/exchanges.ts'
import { isLoopbackHost } from './guard/peer.ts'
import { currentCertificate } from './https/https.ts'
import { createInspector } from './requests/inspector.ts'
import { createJobs } from './jobs.ts'
import { ollamaInstalled } from './listening/ollama-installed.ts'
import { createOpenPorts } from './listening/open-ports.ts'
import { planPorts } from './listening/ports.ts'
import { createRequestLog } from './requests/requests.ts'
import { errorResponse } from './respond.ts'
import { createRpcDoor } from './rpc-door.ts'
import { OFF, type Situation, statusOf } from './status.ts'
import { createSessions } from './ui/sessions.ts'

/** How long an answer that was ended has for its last frame. */
const LAST_FRAME_MS = 500
/** Between two looks at what changes by itself: addresses and certificates. */
const LOOK_MS = 10_000

/** The HTTP server: starts, stops, and tells how it is. One at a time of its calls is carried out. */
export function createServer(deps: ServerDeps): ServerService {
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const exchanges = createExchanges(() => deps.settings().keepBodies, changed)
  const requests = createRequestLog(deps.clock, changed, deps.metrics, exchanges)
  const jobs = createJobs()
  const sessions = createSessions()
  const isOllamaHere = deps.ollamaInstalled ?? ollamaInstalled
  let status = OFF
  let access: Access = { hosts: new Set(), plainNames: false, origins: [], keyNeeded: true }
  let options: StartOptions = {}
  let isOn: Situation | null = null
  let watching: NodeJS.Timeout | undefined
  let queue: Promise<unknown> = Promise.resolve()

  const app = createApp({ deps, requests, exchanges, jobs, sessions, access: () => access })
  const inspector = createInspector({ deps, requests, exchanges, app })
  const door = createRpcDoor(deps, sessions, () => access)
  const onRequest = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => errorResponse('/', new HttpRefusal(400, 'The request is not valid HTTP.')),
  })
  const ports = createOpenPorts(
    { onRequest: (request, response) => void onRequest(request, response), onUpgrade: door.upgrade },
    (port) => door.close(port),
  )

  function setStatus(next: ServerStatus): void {
    if (isDeepStrictEqual(next, status)) return
    status = next
    changed()
  }

  /** Runs after what was asked for before, whether that went well or not. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work)
    queue = result.catch(() => {})
    return result
  }

  /** Opens what the settings ask for and closes what they no longer do; keeps what answers already. */
  async function arrange(): Promise<void> {
    const { host, port, problem } = bindingFor(options, deps)
    const entry = accessFor(host, deps)
    const certificate = await currentCertificate(deps, entry.hosts)
    const plan = planPorts(port, deps.settings(), isOllamaHere)
    const before = access
    // Before the first request that a new port could bring.
    access = entry
    try {
      await ports.arrange({ host, main: plan.main, extra: plan.extra, certificate })
    } catch (error) {
      access = before
      throw error
    }
    isOn = { host, certificate, problem, renewal: null, askAboutOllamaPort: plan.ask }
    show(isOn)
  }

  function show(situation: Situation): void {
    const keyRequired = access.keyNeeded && !isLoopbackHost(situation.host)
    const headless = options.headless ?? false
    setStatus(statusOf(situation, { ports: ports.list(), keyRequired, headless, now: deps.clock() }))
  }

  /** Takes over what changes by itself: the addresses of this machine, and a certificate that was renewed. */
  async function look(): Promise<void> {
    if (isOn === null) return
    access = accessFor(isOn.host, deps)
    if (isOn.certificate !== null) {
      try {
        const next = await currentCertificate(deps, access.hosts)
        // A mode that was switched meanwhile is for `arrange`.
        if (next !== null) {
          ports.renew(next)
          isOn.certificate = next
        }
        isOn.renewal = null
      } catch (error) {
        // The old one is still in use.
        if (isOn.renewal === null) deps.log.warn({ error: toErrorInfo(error) }, 'certificate')
        isOn.renewal = toErrorInfo(error)
      }
    }
    show(isOn)
  }

  function fail(error: unknown): void {
    clearInterval(watching)
    isOn = null
    setStatus({ ...OFF, state: 'failed', error: toErrorInfo(error), headless: options.headless ?? false })
  }

  async function stopNow(graceMs: number): Promise<void> {
    clearInterval(watching)
    isOn = null
    const closing = ports.take()
    for (const listener of closing) listener.drain()
    door.close()
    const idle = Promise.all(closing.map((listener) => listener.idle()))
    await firstOf(idle, graceMs)
    jobs.stopAll()
    await firstOf(idle, LAST_FRAME_MS)
    await Promise.all(closing.map((listener) => listener.close()))
    setStatus(OFF)
  }

  return {
    start: (wanted = {}) =>
      inTurn(async () => {
        if (isOn !== null) return
        options = wanted
        setStatus({ ...OFF, state: 'starting', headless: wanted.headless ?? false })
        try {
          await arrange()
        } catch (error) {
          fail(error)
          throw error
        }
        watching = setInterval(() => void inTurn(look), LOOK_MS).unref()
        deps.log.info({ addresses: status.addresses }, 'server is listening')
      }),
    stop: ({ graceMs = 0 } = {}) => inTurn(() => stopNow(graceMs)),
    applySettings: () =>
      inTurn(async () => {
        if (isOn === null) return
        try {
          await arrange()
        } catch (error) {
          isOn.problem = toErrorInfo(error)
          if (ports.list().length > 0) show(isOn)
          else fail(error)
          throw error
        }
      }),
    state: () => ({ status, requests: requests.list() }),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    clearRequests: () => requests.clear(),
    ...inspector,
    forgetBodies() {
      exchanges.forgetAll()
      changed()
    },
    createLink() {
      const address = status.addresses[0]
      if (address === undefined || deps.rendererDir === null) {
        throw new AppError({
          code: 'invalid_input',
          message: address === undefined ? 'The server is off.' : 'This server was started without its interface.',
          suggestion: address === undefined ? 'Turn it on, then ask for a link.' : 'Start it without --no-ui.',
        })
      }
      return { url: `${address}/enter?code=${sessions.createCode()}` }
    },
  }
}

async function firstOf(work: Promise<unknown>, ms: number): Promise<void> {
  const cancel = new AbortController()
  await Promise.race([work, delay(ms, undefined, { signal: cancel.signal }).catch(() => {})])
  cancel.abort()
}
