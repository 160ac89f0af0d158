import type { NodeCore, NodeCoreOptions } from '../core/node.ts'
import type { Connection } from './client.ts'

/** Where a command writes. */
export interface Output {
  write(text: string): unknown
  isTTY?: boolean | undefined
  /** Width of the terminal in characters. */
  columns?: number | undefined
}

/** Everything that a command touches of the world, so that tests can stand in for it. */
export interface ProgramContext {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined }
  stdout: Output
  stderr: Output
  env: NodeJS.ProcessEnv
  /** The data folder. */
  home: string
  cwd: string
  version: string
  /**
   * What was piped in; null where nothing was.
   * @param hasWords a prompt was given too
   */
  pipedPrompt(hasWords: boolean): Promise<string | null>
  connectToHolder(): Promise<Connection | null>
  startCore(options: Pick<NodeCoreOptions, 'program' | 'headless'>): Promise<NodeCore>
  /** Calls back at SIGINT and SIGTERM; returns how to stop listening. */
  onStopSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
}
