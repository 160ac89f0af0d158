import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { carriedFits, carriedIsPresent } from './carried-electron.mjs'
import { cacheFolder, readJson, root } from './project.mjs'

const electronPackage = join(root, 'node_modules', 'electron')
/** Where the `electron` package puts its binary. */
export const ownDist = join(electronPackage, 'dist')

const memoryFile = join(cacheFolder, 'electron.json')
/** Without a byte in this time the release host counts as out of reach (ms). */
const FIRST_BYTE_MS = 10_000
const STALL_MS = 60_000

/** Path of the executable in a runtime's folder. */
export function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

/**
 * Sees to it that the `electron` package has its binary, and fetches it once if its release host can be reached.
 * @param {string} version
 * @param {(line: string) => void} log
 * @returns {Promise<boolean>} whether it is there
 */
export async function ensureOwn(version, log) {
  if (!ownIsPresent(version) && !isKnownUnreachable(version)) await fetchOwn(version, log)
  return ownIsPresent(version)
}

/** @param {string} version */
function ownIsPresent(version) {
  const versionFile = join(ownDist, 'version')
  return (
    existsSync(join(electronPackage, 'path.txt')) &&
    existsSync(join(ownDist, executableName())) &&
    existsSync(versionFile) &&
    readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') === version
  )
}

/**
 * Only where the carried runtime stands in is it worth remembering that the host can't be reached.
 * @param {string} version
 */
function isKnownUnreachable(version) {
  return carriedFits() && carriedIsPresent() && readJson(memoryFile)?.unreachable === version
}

/**
 * Lets the `electron` package fetch its binary; gives up when the host does not answer.
 * @param {string} version
 * @param {(line: string) => void} log
 */
async function fetchOwn(version, log) {
  log(`Fetching Electron ${version} from its release host, once …`)
  mkdirSync(cacheFolder, { recursive: true })
  const temp = mkdtempSync(join(cacheFolder, 'own-'))
  try {
    const outcome = await install(temp, log)
    if (outcome === 'unreachable') writeFileSync(memoryFile, JSON.stringify({ unreachable: version }))
  } finally {
    rmSync(temp, { recursive: true, force: true })
  }
}

/**
 * The installer has no timeout of its own; it downloads into the temporary folder, whose growth is its progress.
 * @param {string} temp
 * @param {(line: string) => void} log
 * @returns {Promise<'fetched' | 'unreachable'>}
 */
function install(temp, log) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(electronPackage, 'install.js')], {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: temp, TEMP: temp, TMP: temp },
    })
    let bytes = 0
    let lastGrowth = Date.now()
    let lastLine = Date.now()
    const timer = setInterval(() => {
      const now = Date.now()
      const size = treeBytes(temp)
      if (size !== bytes) lastGrowth = now
      bytes = size
      if (bytes > 0 && now - lastLine > 5_000) {
        log(`  ${Math.round(bytes / 1e6)} MB`)
        lastLine = now
      }
      if (now - lastGrowth > (bytes > 0 ? STALL_MS : FIRST_BYTE_MS)) child.kill('SIGKILL')
    }, 250)
    const finish = (/** @type {number | null} */ code) => {
      clearInterval(timer)
      resolve(code === 0 ? 'fetched' : 'unreachable')
    }
    child.once('error', () => finish(1))
    child.once('close', finish)
  })
}

/** @param {string} folder */
function treeBytes(folder) {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}
