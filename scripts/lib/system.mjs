import { spawnSync } from 'node:child_process'

/** Debian's and Ubuntu's packages of the libraries that Electron loads; the first name that exists is right. */
const packageOfLibrary = /** @type {Record<string, string[]>} */ ({
  'libnspr4.so': ['libnspr4'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libsmime3.so': ['libnss3'],
  'libatk-1.0.so.0': ['libatk1.0-0t64', 'libatk1.0-0'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  'libatspi.so.0': ['libatspi2.0-0t64', 'libatspi2.0-0'],
  'libcups.so.2': ['libcups2t64', 'libcups2'],
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libgbm.so.1': ['libgbm1'],
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libdrm.so.2': ['libdrm2'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
  'libxcb.so.1': ['libxcb1'],
  'libX11.so.6': ['libx11-6'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libXrandr.so.2': ['libxrandr2'],
  'libcairo.so.2': ['libcairo2'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libexpat.so.1': ['libexpat1'],
  'libglib-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgio-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgobject-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
})

/**
 * Names of shared libraries that an executable needs and this Linux does not have; empty elsewhere.
 * @param {string} executable
 * @returns {string[]}
 */
export function missingLibraries(executable) {
  if (process.platform !== 'linux') return []
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' })
  const missing = [...(stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '')
  return [...new Set(missing)]
}

/**
 * The command that installs libraries and programs, as a sentence.
 * @param {string[]} names libraries as `libnss3.so`, or packages
 */
export function installAdvice(names) {
  return `On Debian or Ubuntu: sudo apt-get install ${packagesFor(names).join(' ')}`
}

/** @param {string[]} names */
function packagesFor(names) {
  return [...new Set(names.map((name) => choose(packageOfLibrary[name] ?? [name])))]
}

/** @param {string[]} candidates */
function choose(candidates) {
  return candidates.find(isKnownPackage) ?? candidates.at(-1) ?? ''
}

/** @param {string} name */
function isKnownPackage(name) {
  return spawnSync('apt-cache', ['show', '--no-all-versions', name], { stdio: 'ignore' }).status === 0
}

/** @param {string} program */
export function hasProgram(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0
}

/**
 * Installs libraries and programs with apt where that needs no question.
 * @param {string[]} names libraries as `libnss3.so`, or packages
 * @param {(line: string) => void} log
 * @returns {boolean} whether apt was allowed and succeeded
 */
export function installWithApt(names, log) {
  if (!hasProgram('apt-get')) return false
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  if (sudo.length > 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return false
  const apt = (/** @type {string[]} */ args) => {
    const [command = '', ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
    return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  }
  apt(['update', '-qq'])
  const packages = packagesFor(names)
  log(`Installing system packages: ${packages.join(' ')} …`)
  return apt(['install', '-y', '-qq', '--no-install-recommends', ...packages])
}
