import { LOCAL_OWNER_ID } from '../shared/domain/actor.ts'
import { toErrorInfo } from '../shared/domain/errors.ts'
import { createCore } from './app.ts'
import { DESKTOP_SLOTS } from './models/fit/load-plan.ts'
import type { Core } from './core.ts'
import { createElectronHost, type ParentPort, type PortLike } from './host/electron-host.ts'

/** The core as a utility process of the app: the shell tells it where things are and brings it its clients. */
// Electron's utility processes have it; Node's types don't.
const parent = (process as unknown as { parentPort: ParentPort }).parentPort
const host = createElectronHost(parent)
const waitingClients: PortLike[] = []
let core: Core | null = null

parent.on('message', ({ data: message, ports }) => {
  switch (message.type) {
    case 'start':
      host.receive(message, ports)
      return void start(message)
    case 'client':
      for (const port of ports) {
        if (core) serveWindow(core, port)
        else waitingClients.push(port)
      }
      return
    case 'shutdown':
      return void shutDown()
    default:
      host.receive(message, ports)
  }
})

async function start(message: Extract<Parameters<typeof host.receive>[0], { type: 'start' }>): Promise<void> {
  try {
    core = await createCore({
      host,
      paths: message.paths,
      version: message.version,
      locale: message.locale,
      env: process.env,
      program: 'the app',
      serveInterface: true,
      goOnDownloading: true,
      slots: DESKTOP_SLOTS,
      restarted: message.restarted,
    })
  } catch (error) {
    parent.postMessage({ type: 'failed', error: toErrorInfo(error) })
    return
  }
  for (const port of waitingClients.splice(0)) serveWindow(core, port)
  parent.postMessage({ type: 'ready' })
  if (message.atLogin || core.settings.get().server.enabled) {
    // The Server page shows why it could not start.
    await core.server.start().catch((error: unknown) => core?.log.warn({ error: toErrorInfo(error) }, 'server'))
  }
}

function serveWindow(running: Core, port: PortLike): void {
  running.serve(port, { ownerId: LOCAL_OWNER_ID, door: 'window', access: 'local' })
  port.start()
}

async function shutDown(): Promise<void> {
  await core?.close().catch((error: unknown) => core?.log.error({ error: toErrorInfo(error) }, 'shutdown'))
  process.exit(0)
}
