import type { Door } from '../domain/actor.ts'
import type { ErrorInfo } from '../domain/errors.ts'

export type ChildRole = 'engine' | 'probe'

/** Where things lie; all absolute. */
export interface Paths {
  /** The data folder (HEARTH_HOME). */
  home: string
  /** `resources/` of the program: models, locales. */
  resources: string
  /** The built interface, for browsers. */
  renderer: string
  /** Built entry files of the child processes. */
  engineEntry: string
  probeEntry: string
  /** Built entry file of the thread that hashes downloads. */
  hashWorkerEntry: string
}

/** What the operating system's notices tell. */
export interface DesktopNotice {
  about: 'downloadDone' | 'downloadFailed'
  /** What it is about: a model's title. */
  name: string
  /** Page of the interface that choosing it opens. */
  hash: string
}

/** Calls of the core that the shell answers. */
export interface ShellCalls {
  pickModelFile: { input: null; output: string | null }
  pickFolder: { input: null; output: string | null }
  pickHandOver: { input: 'file' | 'folder'; output: string | null }
  saveAs: { input: string; output: string | null }
  trash: { input: string; output: null }
  setStartAtLogin: { input: boolean; output: null }
  resolveProxy: { input: string; output: string }
  /** Base64 in both directions. */
  encrypt: { input: string; output: string }
  decrypt: { input: string; output: string }
}
export type ShellCall = {
  [Name in keyof ShellCalls]: { type: 'call'; callId: number; name: Name; input: ShellCalls[Name]['input'] }
}[keyof ShellCalls]

/** What the core asks of the program that hosts it in the app. Ports travel beside a message. */
export type CoreToShell =
  | { type: 'ready' }
  /** The core can't run at all; it exits after this. */
  | { type: 'failed'; error: ErrorInfo }
  | { type: 'spawn'; childId: number; role: ChildRole; env: Record<string, string> }
  | { type: 'kill'; childId: number }
  | { type: 'reveal'; path: string }
  | ({ type: 'notify' } & DesktopNotice)
  | { type: 'progress'; progress: number | null }
  /** Downloads that quitting would interrupt. */
  | { type: 'runningDownloads'; count: number }
  /** Whether the computer is kept from going to sleep by itself. */
  | { type: 'keepAwake'; on: boolean }
  | ShellCall

export type ShellToCore =
  | {
      type: 'start'
      paths: Paths
      version: string
      locale: string
      restarted: boolean
      canEncrypt: boolean
      /** The app was started by signing in: the server is turned on whatever its switch says. */
      atLogin: boolean
    }
  /** Comes with the port to the child. */
  | { type: 'spawned'; childId: number; pid: number | null }
  | { type: 'exited'; childId: number; code: number | null }
  | { type: 'answer'; callId: number; output: string | null }
  | { type: 'callFailed'; callId: number; message: string }
  /** The computer woke from sleep. */
  | { type: 'resumed' }
  /** Comes with a port that speaks the rpc contract. */
  | { type: 'client'; door: Extract<Door, 'window'> }
  | { type: 'shutdown' }
