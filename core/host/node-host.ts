import { fork } from 'node:child_process'
import type { ChildRole, Paths } from '../../shared/process/shell.ts'
import type { ChildProcessHandle, Host } from './host.ts'

/** The host of `hearth serve` and of the command line: children are forks of this Node. */
export function createNodeHost(paths: Pick<Paths, 'engineEntry' | 'probeEntry'>): Host {
  return {
    desktop: null,
    vault: null,
    spawn: (role, env) => forkChild(role === 'engine' ? paths.engineEntry : paths.probeEntry, role, env),
  }
}

function forkChild<Out, In>(entry: string, role: ChildRole, env: Record<string, string>): ChildProcessHandle<Out, In> {
  const child = fork(entry, [], {
    env: { ...process.env, ...env, ...withTunables(process.env) },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // A debugger's or loader's flags of the parent are not the child's.
    execArgv: [],
    // An interrupt typed at the terminal goes to the whole group: the core decides when an engine ends.
    detached: process.platform !== 'win32' && role === 'engine',
  })
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('error', () => resolve(null))
  })
  return {
    pid: child.pid ?? null,
    exited,
    kill: () => void child.kill('SIGKILL'),
    channel: {
      post(message) {
        // A child that just died is reported by `exited`.
        if (child.connected) child.send(message as object, () => {}) // every message of ours is an object
      },
      onMessage(listener) {
        child.on('message', (messages) => {
          for (const message of messages as In[]) listener(message) // the entry that was forked speaks this protocol
        })
      },
      onClose: (listener) => void exited.then(listener),
      close: () => {
        if (child.connected) child.disconnect()
      },
    },
  }
}

/**
 * What glibc's malloc is told. To ask Linux for huge pages where an allocation is large, as a model's weights and its
 * cache are. And to give each allocation of 128 kB or more pages of its own: else ggml's work buffer begins anywhere in
 * a page, and where that is as far into it as the stack of the thread that computes, a processor takes the one for the
 * other, which doubled the time of attention in a third of all loads (docs/architecture.md).
 */
const mallocTunables = 'glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072'

/** What the user set of glibc is kept, and wins: the last of a name counts, as glibc reads them. */
function withTunables({ GLIBC_TUNABLES: own }: NodeJS.ProcessEnv): Record<string, string> {
  if (process.platform !== 'linux') return {}
  return { GLIBC_TUNABLES: own ? `${mallocTunables}:${own}` : mallocTunables }
}
