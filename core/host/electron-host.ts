import type { Channel } from '../../shared/process/channel.ts'
import type { CoreToShell, ShellToCore } from '../../shared/process/shell.ts'
import type { ChildProcessHandle, Desktop, Host, Vault } from './host.ts'
import { createShellCalls } from './shell-calls.ts'

/** A MessagePortMain as a utility process sees it; the core must not import Electron to name it. */
export interface PortLike {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** `process.parentPort` of a utility process. */
export interface ParentPort {
  postMessage(message: CoreToShell): void
  on(event: 'message', listener: (event: { data: ShellToCore; ports: PortLike[] }) => void): unknown
}

interface PendingChild {
  channel: ReturnType<typeof lateChannel>
  exit: (code: number | null) => void
  pid: number | null
}

export interface ElectronHost extends Host {
  /** Takes what the shell sends. */
  receive(message: ShellToCore, ports: PortLike[]): void
}

/** The host of the app: the shell owns every process, hands out ports, and answers calls. */
export function createElectronHost(parent: ParentPort): ElectronHost {
  const children = new Map<number, PendingChild>()
  const calls = createShellCalls((message) => parent.postMessage(message))
  const resumeListeners = new Set<() => void>()
  let nextChildId = 1
  let canEncrypt = false

  const desktop: Desktop = {
    pickModelFile: () => calls.call('pickModelFile', null),
    pickFolder: () => calls.call('pickFolder', null),
    pickHandOver: (as) => calls.call('pickHandOver', as),
    saveAs: (fileName) => calls.call('saveAs', fileName),
    reveal: (path) => parent.postMessage({ type: 'reveal', path }),
    trash: async (path) => void (await calls.call('trash', path)),
    notify: (notice) => parent.postMessage({ type: 'notify', ...notice }),
    showProgress: (progress) => parent.postMessage({ type: 'progress', progress }),
    setRunningDownloads: (count) => parent.postMessage({ type: 'runningDownloads', count }),
    setStartAtLogin: async (on) => void (await calls.call('setStartAtLogin', on)),
    keepAwake: (on) => parent.postMessage({ type: 'keepAwake', on }),
    resolveProxy: (url) => calls.call('resolveProxy', url),
    onResume: (listener) => void resumeListeners.add(listener),
  }
  const vault: Vault = {
    encrypt: async (text) => Buffer.from(await calls.call('encrypt', text), 'base64'),
    decrypt: (bytes) => calls.call('decrypt', Buffer.from(bytes).toString('base64')),
  }

  return {
    desktop,
    // The shell says in its first message whether the operating system keeps secrets; no service runs before that.
    get vault() {
      return canEncrypt ? vault : null
    },
    spawn<Out, In>(role: 'engine' | 'probe', env: Record<string, string>): ChildProcessHandle<Out, In> {
      const childId = nextChildId++
      const channel = lateChannel()
      let exit: (code: number | null) => void = () => {}
      const exited = new Promise<number | null>((resolve) => {
        exit = resolve
      })
      const child: PendingChild = { channel, exit, pid: null }
      children.set(childId, child)
      parent.postMessage({ type: 'spawn', childId, role, env })
      return {
        get pid() {
          return child.pid
        },
        exited,
        kill: () => parent.postMessage({ type: 'kill', childId }),
        // The protocol of the entry that the shell starts is the one that the caller names.
        channel: channel as unknown as Channel<Out, In>,
      }
    },
    receive(message, ports) {
      switch (message.type) {
        case 'spawned': {
          const child = children.get(message.childId)
          const port = ports[0]
          if (!child || !port) return
          child.pid = message.pid
          child.channel.attach(port)
          return
        }
        case 'exited': {
          const child = children.get(message.childId)
          children.delete(message.childId)
          child?.channel.closed()
          child?.exit(message.code)
          return
        }
        case 'answer':
          return calls.answer(message.callId, message.output)
        case 'callFailed':
          return calls.fail(message.callId, message.message)
        case 'resumed':
          for (const listener of resumeListeners) listener()
          return
        case 'start':
          canEncrypt = message.canEncrypt
          return
        case 'client':
        case 'shutdown':
          return
      }
    },
  }
}

/** A channel over a port that comes later: what is posted before is kept. */
function lateChannel(): Channel<unknown, unknown> & { attach(port: PortLike): void; closed(): void } {
  let port: PortLike | null = null
  let isClosed = false
  const waiting: unknown[] = []
  const early: unknown[] = []
  let listener: ((message: unknown) => void) | null = null
  const closers: (() => void)[] = []
  const closed = () => {
    if (isClosed) return
    isClosed = true
    for (const closer of closers) closer()
  }
  return {
    attach(newPort) {
      port = newPort
      port.on('message', ({ data }) => {
        const messages = data as unknown[] // as channel.ts says
        for (const message of messages) {
          if (listener) listener(message)
          else early.push(message)
        }
      })
      port.on('close', closed)
      port.start()
      for (const message of waiting.splice(0)) port.postMessage(message)
    },
    closed,
    post(message) {
      if (port) port.postMessage(message)
      else waiting.push(message)
    },
    onMessage(newListener) {
      listener = newListener
      for (const message of early.splice(0)) newListener(message)
    },
    onClose(closer) {
      if (isClosed) closer()
      else closers.push(closer)
    },
    close: () => port?.close(),
  }
}
