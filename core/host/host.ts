import type { Channel } from '../../shared/process/channel.ts'
import type { ChildRole } from '../../shared/process/shell.ts'

/** A process of ours with a typed pipe to it. */
export interface ChildProcessHandle<Out, In> {
  channel: Channel<Out, In>
  readonly pid: number | null
  /** Resolves with the exit code once the process is gone; never rejects. */
  exited: Promise<number | null>
  /** Ends it at once. */
  kill(): void
}

/** What the core needs from the program around it: the app, or plain Node. */
export interface Host {
  /** Null where there is no desktop to open dialogs and folders on. */
  desktop: Desktop | null
  spawn<Out, In>(role: ChildRole, env: Record<string, string>): ChildProcessHandle<Out, In>
}

export interface Desktop {
  /** The path that the person picked, or null. */
  pickModelFile(): Promise<string | null>
  /** Shows a file or folder in the file manager. */
  reveal(path: string): void
}
