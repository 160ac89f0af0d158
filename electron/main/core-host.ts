import { join } from 'node:path'
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { DesktopNotice, CoreToShell, Paths, ShellToCore } from '../../shared/process/shell.ts'
import { answerCall, type CallAnswers } from './call-answers.ts'
import { createChildren, killNow } from './children.ts'
import { openProcessLog } from './process-log.ts'
import { mayRestart } from './restart.ts'

export type CoreStatus = { state: 'starting' } | { state: 'ready' } | { state: 'failed'; error: ErrorInfo }

export interface CoreHostOptions {
  entry: string
  paths: Paths
  logs: string
  version: string
  locale: string
  /** Whether secrets can be given to the operating system to encrypt. */
  canEncrypt: boolean
  /** Whether the app was started by signing in. */
  atLogin: boolean
  calls: CallAnswers
  reveal(path: string): void
  notify(notice: DesktopNotice): void
  /** Of everything that is downloaded, 0 to 1; null when nothing is. */
  onProgress(progress: number | null): void
  /** How many downloads quitting would interrupt. */
  onRunningDownloads(count: number): void
  /** Whether the computer is kept from going to sleep by itself. */
  onKeepAwake(on: boolean): void
  onStatus(status: CoreStatus): void
}

/** How long a core may take to close its files and end its engines (ms). */
const SHUTDOWN_MS = 5_000

export type CoreHost = ReturnType<typeof createCoreHost>

/** Runs the core as a process of its own, starts it again once when it dies, and owns the processes it asks for. */
export function createCoreHost(options: CoreHostOptions) {
  const log = openProcessLog(join(options.logs, 'core-output.log'))
  let status: CoreStatus = { state: 'starting' }
  let child: UtilityProcess | null = null
  let lastDeath: number | null = null
  let stopping = false

  function setStatus(next: CoreStatus): void {
    status = next
    options.onStatus(next)
  }

  function start(restarted: boolean): void {
    setStatus({ state: 'starting' })
    const core = utilityProcess.fork(options.entry, [], { serviceName: 'Hearth Core', stdio: 'pipe' })
    child = core
    const send = (message: ShellToCore, ports: MessagePortMain[] = []) => {
      if (child === core) core.postMessage(message, ports)
    }
    const children = createChildren({
      entries: { engine: options.paths.engineEntry, probe: options.paths.probeEntry },
      logFile: join(options.logs, 'engines.log'),
      onSpawned: (childId, pid, port) => send({ type: 'spawned', childId, pid }, [port]),
      onExited: (childId, code) => send({ type: 'exited', childId, code }),
    })
    core.stdout?.on('data', (chunk: Buffer) => log.write(chunk))
    core.stderr?.on('data', (chunk: Buffer) => log.write(chunk))
    // Only our own core posts here, and both are built from the same protocol type.
    core.on('message', (message: CoreToShell) => receive(message, children, send))
    core.once('exit', (code) => {
      children.killAll()
      if (child !== core) return
      child = null
      options.onProgress(null)
      options.onKeepAwake(false)
      if (!stopping) died(code)
    })
    const { home, resources, renderer, engineEntry, probeEntry, hashWorkerEntry } = options.paths
    send({
      type: 'start',
      paths: { home, resources, renderer, engineEntry, probeEntry, hashWorkerEntry },
      version: options.version,
      locale: options.locale,
      restarted,
      canEncrypt: options.canEncrypt,
      atLogin: options.atLogin,
    })
  }

  function receive(
    message: CoreToShell,
    children: ReturnType<typeof createChildren>,
    send: (message: ShellToCore) => void,
  ): void {
    switch (message.type) {
      case 'ready':
        return setStatus({ state: 'ready' })
      case 'failed':
        return setStatus({ state: 'failed', error: message.error })
      case 'spawn':
        return children.spawn(message.childId, message.role, message.env)
      case 'kill':
        return children.kill(message.childId)
      case 'call': {
        const { callId } = message
        return void answerCall(options.calls, message).then(
          (output) => send({ type: 'answer', callId, output }),
          (error: unknown) =>
            send({ type: 'callFailed', callId, message: error instanceof Error ? error.message : String(error) }),
        )
      }
      case 'reveal':
        return options.reveal(message.path)
      case 'notify':
        return options.notify(message)
      case 'progress':
        return options.onProgress(message.progress)
      case 'runningDownloads':
        return options.onRunningDownloads(message.count)
      case 'keepAwake':
        return options.onKeepAwake(message.on)
    }
  }

  function died(code: number): void {
    log.write(`--- ${new Date().toISOString()} the core ended with code ${code}\n`)
    // It said itself why it can't run; starting it again would not change that.
    if (status.state === 'failed') return
    const now = performance.now()
    const again = mayRestart(lastDeath, now)
    lastDeath = now
    if (again) start(true)
    else {
      setStatus({
        state: 'failed',
        error: {
          code: 'core_lost',
          message: 'The part of Hearth that does the work ended unexpectedly, twice in a row.',
          suggestion:
            'Quit Hearth and start it again. If that does not help, report it with the logs in the data folder.',
        },
      })
    }
  }

  return {
    start: () => start(false),
    status: () => status,
    /** Starts a core that could not run once more: the reason may be gone. */
    retry() {
      if (status.state !== 'failed' || stopping) return
      lastDeath = null
      killNow(child ?? undefined)
      start(false)
    },
    /** Tells the core that the computer woke from sleep. */
    resumed: () => child?.postMessage({ type: 'resumed' } satisfies ShellToCore),
    /** A port that speaks the contract with the rights of a window; null while the core is not ready. */
    openPort(): MessagePortMain | null {
      if (!child || status.state !== 'ready') return null
      const { port1, port2 } = new MessageChannelMain()
      child.postMessage({ type: 'client', door: 'window' } satisfies ShellToCore, [port1])
      return port2
    },
    /** Ends the core and everything it started. Resolves when they are gone, after 5 s by force. */
    async stop(): Promise<void> {
      stopping = true
      const core = child
      if (!core) return
      const gone = new Promise<void>((resolve) => core.once('exit', () => resolve()))
      core.postMessage({ type: 'shutdown' } satisfies ShellToCore)
      const timer = setTimeout(() => killNow(core), SHUTDOWN_MS)
      await gone
      clearTimeout(timer)
    },
  }
}
