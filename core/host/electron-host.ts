import type { Channel } from '../../shared/process/channel.ts'
import type { CoreToShell, ShellToCore } from '../../shared/process/shell.ts'
import type { ChildProcessHandle, Host } from './host.ts'

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

/** The host of the app: the shell owns every process and hands out ports. `receive` takes its messages. */
export function createElectronHost(
  parent: ParentPort,
): Host & { receive(message: ShellToCore, ports: PortLike[]): void } {
  const children = new Map<number, PendingChild>()
  const calls = new Map<number, (path: string | null) => void>()
  let nextId = 1
  return {
    desktop: {
      pickModelFile() {
        const callId = nextId++
        parent.postMessage({ type: 'pickModelFile', callId })
        return new Promise((resolve) => calls.set(callId, resolve))
      },
      reveal: (path) => parent.postMessage({ type: 'reveal', path }),
    },
    spawn<Out, In>(role: 'engine' | 'probe', env: Record<string, string>): ChildProcessHandle<Out, In> {
      const childId = nextId++
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
        case 'pickedModelFile':
          calls.get(message.callId)?.(message.path)
          calls.delete(message.callId)
          return
        case 'start':
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
      port.on('message', ({ data }) => (listener ? listener(data) : early.push(data)))
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
