import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The environment without what would change how Hearth or Electron behaves on this machine.
 * @param {string} home
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Record<string, string>}
 */
export function cleanEnvironment(home, env = process.env) {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !/^(HEARTH_|OLLAMA_|ELECTRON_)/.test(name),
  )
  return { ...Object.fromEntries(kept), HEARTH_HOME: home }
}

/**
 * Runs a task with a fresh data folder, which is gone after it.
 * @template T
 * @param {(home: string) => Promise<T>} task
 */
export async function withHome(task) {
  const home = mkdtempSync(join(tmpdir(), 'hearth-bench-'))
  try {
    return await task(home)
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  }
}
