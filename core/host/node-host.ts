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
    env: { ...process.env, ...env, ...hugePages(process.env) },
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

/** glibc then asks Linux for huge pages where an allocation is large, as a model's weights and its cache are. */
function hugePages({ GLIBC_TUNABLES: own }: NodeJS.ProcessEnv): Record<string, string> {
  const asked = 'glibc.malloc.hugetlb=1'
  return process.platform === 'linux' ? { GLIBC_TUNABLES: own ? `${own}:${asked}` : asked } : {}
}
