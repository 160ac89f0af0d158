import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { buildApart } from './build.mjs'
import { findElectron, linkedCopy } from './electron-runtime.mjs'
import { PlainError, isEntry, root, runMain } from './lib/project.mjs'
import { run } from './lib/run.mjs'
import { hashInputs, isFresh, writeStamp } from './lib/stamp.mjs'

const release = join(root, 'release')
const stamp = join(release, '.packaged')
const inputs = [
  'dist/.built-node',
  'dist/.built-renderer',
  'dist/native',
  'electron-builder.yml',
  'package.json',
  'package-lock.json',
  'resources',
]

/** The executable of the unpacked Linux app. */
export const packagedExecutable = join(release, 'linux-unpacked', 'hearth')

/**
 * Packages the app: with arguments as electron-builder takes them, without any as an unpacked app for this platform.
 * The unpacked Linux app is made anew only when something in it has changed.
 * @param {string[]} args
 */
export async function packageApp(args = []) {
  await buildApart()
  const hash = hashInputs(inputs)
  const unpackedOnly = args.length === 0
  if (unpackedOnly && process.platform === 'linux' && isFresh(stamp, hash, [packagedExecutable])) return
  const electron = await findElectron()
  const options = [`--config.electronVersion=${electron.version}`]
  // Elsewhere electron-builder fetches the very binary that the `electron` package names.
  if (electron.origin !== 'package') options.push(`--config.electronDist=${linkedCopy(electron.dist, 'electron-dist')}`)
  rmSync(stamp, { force: true })
  const cli = createRequire(import.meta.url).resolve('electron-builder/cli.js')
  const code = await run(process.execPath, [cli, '--publish=never', ...(unpackedOnly ? ['--dir'] : args), ...options], {
    cwd: root,
    // On a CI machine electron-builder links what it copies; setting fuses would then change our runtime, too.
    env: { ...process.env, USE_HARD_LINKS: 'false' },
  })
  if (code !== 0) throw new PlainError(`electron-builder ended with code ${code}. What it said above names the reason.`)
  writeStamp(stamp, hash)
}

if (isEntry(import.meta.url)) {
  await runMain(async () => {
    await packageApp(process.argv.slice(2))
    console.log(`The packaged app is in ${release}.`)
  })
}
