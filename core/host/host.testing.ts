import type { Channel } from '../../shared/process/channel.ts'
import type { ChildRole } from '../../shared/process/shell.ts'
import type { Host } from './host.ts'

/** A child process that a test plays. */
export interface PlayedChild<In, Out> {
  role: ChildRole
  env: Record<string, string>
  received: In[]
  /** Called for each message that the core posts. */
  onReceive: (message: In) => void
  send(message: Out): void
  exit(code: number | null): void
  killed: boolean
}

/** A host in memory: `play` is told of each child that the core spawns. */
export function playedHost<In, Out>(
  play: (child: PlayedChild<In, Out>) => void,
): Host & { children: PlayedChild<In, Out>[] } {
  const children: PlayedChild<In, Out>[] = []
  return {
    desktop: null,
    vault: null,
    children,
    spawn<Post, Receive>(role: ChildRole, env: Record<string, string>) {
      let listener: (message: Receive) => void = () => {}
      let exit: (code: number | null) => void = () => {}
      const exited = new Promise<number | null>((resolve) => {
        exit = resolve
      })
      const child: PlayedChild<In, Out> = {
        role,
        env,
        received: [],
        onReceive: () => {},
        // The test plays the protocol that the core asked for.
        send: (message) => queueMicrotask(() => listener(message as unknown as Receive)),
        exit: (code) => exit(code),
        killed: false,
      }
      children.push(child)
      play(child)
      const channel: Channel<Post, Receive> = {
        post(message) {
          const received = message as unknown as In // as above
          child.received.push(received)
          child.onReceive(received)
        },
        onMessage(newListener) {
          listener = newListener
        },
        onClose: (closer) => void exited.then(closer),
        close: () => {},
      }
      const kill = () => {
        child.killed = true
        exit(null)
      }
      return { channel, pid: 4711, exited, kill }
    },
  }
}
