import type { Channel } from '../../shared/process/channel.ts'
import type { ChildRole, DesktopNotice } from '../../shared/process/shell.ts'

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
  /** Encrypts small secrets with the operating system's store; null where there is none. */
  vault: Vault | null
  spawn<Out, In>(role: ChildRole, env: Record<string, string>): ChildProcessHandle<Out, In>
}

export interface Desktop {
  /** The path that the person picked, or null. */
  pickModelFile(): Promise<string | null>
  pickFolder(): Promise<string | null>
  /** A hand-over to read: a `.hearth` file, or a folder. */
  pickHandOver(as: 'file' | 'folder'): Promise<string | null>
  /** A new file's path to write to; the dialog asks before one is overwritten. */
  saveAs(fileName: string): Promise<string | null>
  /** Shows a file or folder in the file manager. */
  reveal(path: string): void
  /** Moves to the operating system's trash. Rejects where there is none. */
  trash(path: string): Promise<void>
  /** A notice of the operating system, worded by the app; choosing it opens the window at `hash`. */
  notify(notice: DesktopNotice): void
  /** On dock or taskbar, 0 to 1; null takes it away. */
  showProgress(progress: number | null): void
  /** What would be interrupted by quitting; the app asks first while it is above 0. */
  setRunningDownloads(count: number): void
  /** Has the app started, hidden, when the person signs in, or no longer. Rejects where the system does not allow it. */
  setStartAtLogin(on: boolean): Promise<void>
  /** Keeps the computer from going to sleep by itself, or no longer. */
  keepAwake(on: boolean): void
  /** The system's proxy for a URL in PAC form, as `PROXY host:8080` or `DIRECT`. */
  resolveProxy(url: string): Promise<string>
  /** The computer woke from sleep. */
  onResume(listener: () => void): void
}

export interface Vault {
  encrypt(text: string): Promise<Uint8Array>
  decrypt(bytes: Uint8Array): Promise<string>
}
