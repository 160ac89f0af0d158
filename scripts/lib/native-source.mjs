import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { root } from './project.mjs'

/** Where the library keeps what its binaries were built from. */
export const librarySource = join(root, 'node_modules', 'node-llama-cpp', 'llama')
export const addonSource = join(librarySource, 'addon')
export const sourceBundle = join(librarySource, 'gitRelease.bundle')
export const patchFile = join(root, 'native', 'addon.patch')
/** Files of ours that are compiled with the patched addon. */
export const ownSource = join(root, 'native', 'src')
export const ownTests = join(root, 'native', 'test')

/**
 * @param {string} file
 * @returns {string} its SHA-256
 */
export function hashFile(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/**
 * SHA-256 over the names and contents of all files under a folder.
 * @param {string} folder
 */
export function hashFolder(folder) {
  const hash = createHash('sha256')
  for (const file of listFiles(folder)) {
    const content = readFileSync(file)
    hash.update(`${relative(folder, file).split(sep).join('/')}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

/** SHA-256 of the patch and of our own files, whichever line ends a checkout gave them. */
export function hashChanges() {
  const hash = createHash('sha256')
  for (const file of [patchFile, ...listFiles(ownSource)]) {
    hash.update(`${basename(file)}\n`).update(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'))
  }
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @returns {string[]} sorted, so that every machine sees the same order
 */
export function listFiles(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? listFiles(path) : [path]
    })
}
