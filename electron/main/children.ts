import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron'
import type { ChildRole } from '../../shared/process/shell.ts'
import { openProcessLog } from './process-log.ts'

export interface ChildrenOptions {
  entries: Record<ChildRole, string>
  /** Path of the file that takes what engines and probes print. */
  logFile: string
  onSpawned(childId: number, pid: number | null, port: MessagePortMain): void
  onExited(childId: number, code: number | null): void
}

const names: Record<ChildRole, string> = { engine: 'Hearth Engine', probe: 'Hearth Probe' }

/** The engines and probes that a core asked for. They talk to the core directly; the shell only owns them. */
export function createChildren(options: ChildrenOptions) {
  const running = new Map<number, UtilityProcess>()
  const log = openProcessLog(options.logFile)

  function spawn(childId: number, role: ChildRole, env: Record<string, string>): void {
    const child = utilityProcess.fork(options.entries[role], [], {
      env: { ...process.env, ...env },
      serviceName: names[role],
      stdio: 'pipe',
      // On a Mac the packages' libraries carry their makers' signatures, not ours.
      allowLoadingUnsignedLibraries: true,
    })
    running.set(childId, child)
    child.stdout?.on('data', (chunk: Buffer) => log.write(chunk))
    child.stderr?.on('data', (chunk: Buffer) => log.write(chunk))
    child.once('spawn', () => {
      log.write(`--- ${new Date().toISOString()} ${role} ${child.pid} started\n`)
      const { port1, port2 } = new MessageChannelMain()
      child.postMessage({ type: 'port' }, [port1])
      options.onSpawned(childId, child.pid ?? null, port2)
    })
    child.once('exit', (code) => {
      running.delete(childId)
      log.write(`--- ${new Date().toISOString()} ${role} ended with code ${code}\n`)
      options.onExited(childId, code)
    })
  }

  return {
    spawn,
    kill: (childId: number) => killNow(running.get(childId)),
    killAll() {
      for (const child of running.values()) killNow(child)
    },
  }
}

/** Ends a process at once, even one that is stuck in native code. */
export function killNow(child: UtilityProcess | undefined): void {
  if (!child) return
  if (process.platform !== 'win32' && child.pid !== undefined) {
    try {
      process.kill(child.pid, 'SIGKILL')
    } catch {
      // It was gone already; its exit is reported all the same.
    }
  } else child.kill()
}
