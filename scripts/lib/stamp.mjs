import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { root } from './project.mjs'

const ignored = new Set(['node_modules', 'dist'])

/**
 * A hash of every file under some paths: names and contents, not times, so that a fresh checkout has the same one.
 * Tests are left out: they are not built.
 * @param {string[]} paths files and folders, from the root
 */
export function hashInputs(paths) {
  const hash = createHash('sha256').update(process.version.split('.')[0] ?? '')
  for (const path of paths) {
    for (const file of listFiles(join(root, path))) {
      hash.update(`\n${relative(root, file).split(sep).join('/')}\n`).update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function listFiles(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !ignored.has(entry.name) && !/\.test\.\w+$/.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => listFiles(join(path, entry.name)))
}

/**
 * Whether outputs exist and were made from inputs with this hash.
 * @param {string} stampFile
 * @param {string} hash
 * @param {string[]} outputs
 */
export function isFresh(stampFile, hash, outputs) {
  return outputs.every((path) => existsSync(path)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash
}

/**
 * @param {string} stampFile
 * @param {string} hash
 */
export function writeStamp(stampFile, hash) {
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, hash)
}
