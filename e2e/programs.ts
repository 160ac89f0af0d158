import { spawn, type SpawnOptions } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url))

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a program to its end, with nothing on its standard input. */
export function runProgram(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Runs the built `hearth` command on a data folder. */
export function hearth(home: string, ...args: string[]): Promise<Ended> {
  return runProgram(process.execPath, ['dist/cli/hearth.js', ...args], { env: environmentFor(home) })
}

/** The environment for a Hearth with a data folder of its own, without what the developer set for another one. */
export function environmentFor(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(HEARTH_|OLLAMA_)/.test(name))
  return { ...Object.fromEntries(kept), HEARTH_HOME: home }
}
