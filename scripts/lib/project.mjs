import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root folder. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))

/** What scripts keep between runs; never tracked, gone with `node_modules`. */
export const cacheFolder = join(root, 'node_modules', '.cache', 'hearth')

/** The built command line and the built shell. */
export const cliEntry = join(root, 'dist', 'cli', 'hearth.js')

/** Whether a window can be shown here. */
export function hasDisplay() {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** Whether the program runs as root on Linux, where Chromium refuses to start with its sandbox. */
export function isLinuxRoot() {
  return process.platform === 'linux' && process.getuid?.() === 0
}

/**
 * The parsed JSON of a file, or undefined when it is absent or damaged.
 * @param {string} path
 * @returns {any}
 */
export function readJson(path) {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Ends the process with one sentence on stderr.
 * @param {string} sentence
 * @param {number} [code]
 * @returns {never}
 */
export function fail(sentence, code = 1) {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

/**
 * An error whose message is for a person and needs no stack.
 */
export class PlainError extends Error {}

/**
 * Runs a script's main function; a {@link PlainError} ends it with its sentence and code 1.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main()
  } catch (error) {
    if (error instanceof PlainError) fail(error.message)
    throw error
  }
}

/**
 * Whether a module is the one that Node was started with.
 * @param {string} moduleUrl `import.meta.url`
 */
export function isEntry(moduleUrl) {
  return process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(moduleUrl)
}
