import { setTimeout as delay } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { AppError, toErrorInfo } from '../../shared/domain/errors.ts'
import type { ServerStatus } from '../../shared/domain/server.ts'
import { addressFromEnvironment, baseUrl } from './address.ts'
import { createApp } from './app.ts'
import { accessFor, assertMayBind, ownAddresses } from './binding.ts'
import type { Access } from './context.ts'
import type { ServerDeps, ServerService, StartOptions } from './deps.ts'
import { HttpRefusal } from './errors.ts'
import { createExchanges } from './exchanges.ts'
import { isLoopbackHost } from './guard/peer.ts'
import { isWildcard } from './guard/host.ts'
import { createInspector } from './inspector.ts'
import { createJobs } from './jobs.ts'
import { type Listener, listen } from './listener.ts'
import { ollamaInstalled } from './ollama-installed.ts'
import { planPorts } from './ports.ts'
import { createRequestLog } from './requests.ts'
import { errorResponse } from './respond.ts'
import { createRpcDoor } from './rpc-door.ts'
import { createSessions } from './ui/sessions.ts'

/** How long an answer that was ended has for its last frame. */
const LAST_FRAME_MS = 500

const OFF: ServerStatus = {
  state: 'off',
  addresses: [],
  networkAddresses: [],
  certificateFingerprint: null,
  error: null,
  keyRequired: false,
  askAboutOllamaPort: false,
  headless: false,
}

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
  let open: Listener[] = []
  let queue: Promise<unknown> = Promise.resolve()

  const app = createApp({ deps, requests, exchanges, jobs, sessions, access: () => access })
  const inspector = createInspector({ deps, requests, exchanges, app })
  const door = createRpcDoor(deps, sessions, () => access)
  const onRequest = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => errorResponse('/', new HttpRefusal(400, 'The request is not valid HTTP.')),
  })

  function setStatus(next: ServerStatus): void {
    status = next
    changed()
  }

  /** Runs after what was asked for before, whether that went well or not. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work)
    queue = result.catch(() => {})
    return result
  }

  function openPort(host: string, port: number): Promise<Listener> {
    return listen({
      host,
      port,
      onRequest: (request, response) => void onRequest(request, response),
      onUpgrade: door.upgrade,
    })
  }

  /** Opens what the settings ask for and closes what they no longer do; keeps what answers already. */
  async function arrange(): Promise<void> {
    const named = addressFromEnvironment(deps.env)
    const given = options.host ?? named.host ?? '127.0.0.1'
    const host = given.toLowerCase() === 'localhost' ? '127.0.0.1' : given
    assertMayBind(host, deps)
    const plan = planPorts(options.port ?? named.port, deps.settings(), isOllamaHere)
    access = accessFor(host, deps)
    const kept = (port: number) => open.find((listener) => listener.port === port)
    const main = (plan.main === 0 ? open[0] : kept(plan.main)) ?? (await openPort(host, plan.main))
    const extra =
      plan.extra === null ? null : (kept(plan.extra) ?? (await openPort(host, plan.extra).catch(() => null)))
    const wanted = [main, ...(extra === null ? [] : [extra])]
    const surplus = open.filter((listener) => !wanted.includes(listener))
    open = wanted
    for (const listener of surplus) void retire(listener)
    const names = isWildcard(host) ? ['127.0.0.1', ...ownAddresses()] : [host]
    setStatus({
      state: 'on',
      addresses: wanted.flatMap(({ port }) => names.map((name) => baseUrl(name, port))),
      networkAddresses: [],
      certificateFingerprint: null,
      error: null,
      keyRequired: access.keyNeeded && !isLoopbackHost(host),
      askAboutOllamaPort: plan.ask,
      headless: options.headless ?? false,
    })
  }

  async function stopNow(graceMs: number): Promise<void> {
    if (open.length === 0) {
      if (status.state !== 'off') setStatus(OFF)
      return
    }
    const closing = open
    open = []
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
        if (open.length > 0) return
        options = wanted
        setStatus({ ...OFF, state: 'starting', headless: wanted.headless ?? false })
        try {
          await arrange()
          deps.log.info({ addresses: status.addresses }, 'server is listening')
        } catch (error) {
          setStatus({ ...OFF, state: 'failed', error: toErrorInfo(error), headless: wanted.headless ?? false })
          throw error
        }
      }),
    stop: ({ graceMs = 0 } = {}) => inTurn(() => stopNow(graceMs)),
    applySettings: () =>
      inTurn(async () => {
        if (open.length === 0) return
        try {
          await arrange()
        } catch (error) {
          setStatus({ ...status, error: toErrorInfo(error) })
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

async function retire(listener: Listener): Promise<void> {
  listener.drain()
  await listener.idle()
  await listener.close()
}

async function firstOf(work: Promise<unknown>, ms: number): Promise<void> {
  const cancel = new AbortController()
  await Promise.race([work, delay(ms, undefined, { signal: cancel.signal }).catch(() => {})])
  cancel.abort()
}
