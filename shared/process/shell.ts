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
}

/** What the core asks of the program that hosts it in the app. Ports travel beside a message. */
export type CoreToShell =
  | { type: 'ready' }
  /** The core can't run at all; it exits after this. */
  | { type: 'failed'; error: ErrorInfo }
  | { type: 'spawn'; childId: number; role: ChildRole; env: Record<string, string> }
  | { type: 'kill'; childId: number }
  | { type: 'pickModelFile'; callId: number }
  | { type: 'reveal'; path: string }

export type ShellToCore =
  | { type: 'start'; paths: Paths; version: string; locale: string; restarted: boolean }
  /** Comes with the port to the child. */
  | { type: 'spawned'; childId: number; pid: number | null }
  | { type: 'exited'; childId: number; code: number | null }
  | { type: 'pickedModelFile'; callId: number; path: string | null }
  /** Comes with a port that speaks the rpc contract. */
  | { type: 'client'; door: Extract<Door, 'window'> }
  | { type: 'shutdown' }
