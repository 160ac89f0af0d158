import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { PlainError, cacheFolder, isEntry, readJson, root, runMain } from './lib/project.mjs'
import {
  addonSource,
  hashChanges,
  hashFile,
  hashFolder,
  librarySource,
  listFiles,
  ownSource,
  ownTests,
  patchFile,
  sourceBundle,
} from './lib/native-source.mjs'
import { capture } from './lib/run.mjs'

/**
 * Builds the library's addon with our patch, linked against the prebuilt libraries of the installed packages: one file
 * for each variant (cpu, cuda, …) that is installed. What it does and what it is good for: docs/native.md.
 */

const packageFolder = join(root, 'node_modules', '@node-llama-cpp')
const output = join(root, 'dist', 'native', `${process.platform}-${process.arch}`)
/** What the addon includes of llama.cpp, from the root of its source. */
const headerFolders = ['common', 'include', 'src', 'ggml/include', 'ggml/src', 'vendor']

const flags = ['-std=c++17', '-O2', '-DNDEBUG', '-fPIC', '-fexceptions', '-w', '-DNAPI_VERSION=7']

/** The version and the sources that the patch was made for. */
const pins = JSON.parse(readFileSync(join(root, 'native', 'source.json'), 'utf8'))

async function build() {
  const variants = installedVariants()
  checkSources()
  const compiler = await findCompiler()
  await need('git', 'Git')
  console.log(`Building our addon for ${variants.map(({ name }) => name).join(', ')} with ${compiler} …`)
  const start = performance.now()
  const headers = await headersOf(pins.bundle)
  const work = mkdtempSync(join(cacheFolder, 'native-'))
  try {
    await patchSources(work)
    const objects = await compile(compiler, work, headers)
    await tryAttention(compiler, work, headers, variants[0])
    for (const variant of variants) {
      await link(compiler, variant, objects, work)
      console.log(`  ${relative(root, join(output, variant.name, 'llama-addon.node'))}`)
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  console.log(`Done in ${Math.round((performance.now() - start) / 1000)} s.`)
}

/**
 * The packages of prebuilt libraries that this platform can use, by the name of their backend.
 * @returns {{ name: string, libraries: string }[]}
 */
function installedVariants() {
  const platform = { linux: 'linux', darwin: 'mac' }[/** @type {string} */ (process.platform)]
  if (platform === undefined) {
    throw new PlainError(
      `The native build is made on Linux and macOS only. On ${process.platform} Hearth runs with the library's own addon.`,
    )
  }
  const base = `${platform}-${process.arch}`
  const variants = ['', '-cuda', '-vulkan', '-metal'].flatMap((suffix) => {
    const libraries = join(packageFolder, base + suffix, 'bins', base + suffix)
    return existsSync(join(libraries, 'llama-addon.node')) ? [{ name: suffix.slice(1) || 'cpu', libraries }] : []
  })
  if (variants.length === 0) {
    throw new PlainError(`No prebuilt libraries for ${base} are installed in ${packageFolder}. Run npm install first.`)
  }
  return variants
}

function checkSources() {
  const version = readJson(join(root, 'node_modules', 'node-llama-cpp', 'package.json'))?.version
  if (version !== pins.nodeLlamaCpp) {
    throw new PlainError(
      `The patch is for node-llama-cpp ${pins.nodeLlamaCpp}, but ${version ?? 'none'} is installed. See docs/native.md.`,
    )
  }
  const found = { addon: hashFolder(addonSource), bundle: hashFile(sourceBundle) }
  for (const part of /** @type {const} */ (['addon', 'bundle'])) {
    if (found[part] === pins[part]) continue
    throw new PlainError(
      `The source of the ${part} in ${librarySource} is not the one that the patch was made for (${found[part]}). ` +
        'Reinstall node-llama-cpp, or see docs/native.md.',
    )
  }
}

/** @returns {Promise<string>} */
async function findCompiler() {
  const named = process.env.CXX
  const candidates = named ? [named] : process.platform === 'darwin' ? ['clang++'] : ['g++', 'clang++', 'c++']
  for (const candidate of candidates) {
    if ((await capture(candidate, ['--version'])).code === 0) return candidate
  }
  throw new PlainError(
    `No C++ compiler was found (${candidates.join(', ')}). ` +
      (process.platform === 'darwin' ? 'Run xcode-select --install.' : 'Install g++ or clang, or name one in CXX.'),
  )
}

/**
 * @param {string} command
 * @param {string} name
 */
async function need(command, name) {
  if ((await capture(command, ['--version'])).code !== 0) throw new PlainError(`${name} is needed and was not found.`)
}

/**
 * The source of llama.cpp that the prebuilt libraries were made from, out of the library's bundle; kept between runs.
 * @param {string} bundleHash
 */
async function headersOf(bundleHash) {
  const folder = join(cacheFolder, `llama.cpp-${bundleHash.slice(0, 16)}`)
  if (existsSync(folder)) return folder
  mkdirSync(cacheFolder, { recursive: true })
  const temporary = mkdtempSync(join(cacheFolder, 'clone-'))
  try {
    await must('git', ['clone', '--quiet', '--no-checkout', sourceBundle, temporary])
    await must('git', ['-C', temporary, 'checkout', '--quiet', 'HEAD', '--', ...headerFolders])
    renameSync(temporary, folder)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    throw error
  }
  return folder
}

/** @param {string} work */
async function patchSources(work) {
  cpSync(addonSource, join(work, 'addon'), { recursive: true })
  // Inside another repository Git would leave out, without a word, what it thinks is not meant.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(work) }
  await must('git', ['apply', '--whitespace=nowarn', patchFile], { cwd: work, env })
  cpSync(ownSource, join(work, 'addon'), { recursive: true })
}

/**
 * Compiles the addon's files, as many at once as there are cores.
 * @param {string} compiler
 * @param {string} work
 * @param {string} headers
 * @returns {Promise<string[]>} object files
 */
async function compile(compiler, work, headers) {
  const sources = listFiles(join(work, 'addon')).filter((file) => file.endsWith('.cpp'))
  const objects = sources.map((_, index) => join(work, `${index}.o`))
  let next = 0
  const worker = async () => {
    for (let index = next++; index < sources.length; index = next++) {
      const source = sources[index] ?? ''
      await must(compiler, [...flags, ...includesOf(headers), '-c', source, '-o', objects[index] ?? ''])
      console.log(`  compiled ${relative(work, source)}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), sources.length) }, worker))
  return objects
}

/**
 * Refuses a build whose attention computes something else than the formula says, with each kernel of this processor.
 * @param {string} compiler
 * @param {string} work
 * @param {string} headers
 * @param {{ libraries: string } | undefined} variant
 */
async function tryAttention(compiler, work, headers, variant) {
  if (variant === undefined || process.platform !== 'linux' || process.arch !== 'x64') return
  const program = join(work, 'try-attention')
  const sources = [join(ownTests, 'attention.cpp'), join(ownSource, 'attention.cpp')]
  const linked = linkedLibraries(variant.libraries).filter((file) => nameOf(file).startsWith('libggml'))
  const run = [`-Wl,-rpath,${variant.libraries}`, '-ldl']
  await must(compiler, [
    ...flags,
    ...includesOf(headers),
    `-I${ownSource}`,
    ...sources,
    '-o',
    program,
    ...linked,
    ...run,
  ])
  for (const kernel of ['', 'avx2']) {
    const env = { ...process.env, HEARTH_ATTENTION: kernel }
    const { code, stdout, stderr } = await capture(program, [variant.libraries], { env })
    if (code === 2) console.log('  ggml computes attention here: this processor lacks what our kernel needs')
    else if (code === 0) console.log(`  ${stdout.trim()}${kernel && `, with ${kernel}`}: all as the formula says`)
    else throw new PlainError(`Our attention computes something else than it should:\n${stdout}${stderr}`)
  }
}

/**
 * @param {string} compiler
 * @param {{ name: string, libraries: string }} variant
 * @param {string[]} objects
 * @param {string} work
 */
async function link(compiler, variant, objects, work) {
  const mac = process.platform === 'darwin'
  const linked = linkedLibraries(variant.libraries)
  const target = join(output, variant.name)
  // Our file lies in dist/native, the libraries in node_modules; the packaged app keeps that arrangement.
  const librariesFolder = relative(target, variant.libraries)
  const libraryPath = `${mac ? '@loader_path' : '$ORIGIN'}/${librariesFolder}`
  const addon = join(work, `${variant.name}.node`)
  await must(compiler, [
    ...(mac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-s']),
    '-o',
    addon,
    ...objects,
    ...linked,
    `-Wl,-rpath,${libraryPath}`,
  ])
  // Whoever loads it compares these with what is installed.
  const manifest = {
    interface: pins.interface,
    nodeLlamaCpp: pins.nodeLlamaCpp,
    source: pins.addon,
    changes: hashChanges(),
    variant: variant.name,
    addon: hashFile(addon),
    librariesFolder,
    libraries: Object.fromEntries(
      [...linked, join(variant.libraries, 'llama-addon.node')].map((file) => [nameOf(file), hashFile(file)]),
    ),
  }
  mkdirSync(target, { recursive: true })
  // A program that has the old one loaded keeps it: replaced, not overwritten.
  const fresh = join(target, 'llama-addon.node.new')
  cpSync(addon, fresh)
  renameSync(fresh, join(target, 'llama-addon.node'))
  writeFileSync(join(target, 'llama-addon.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** @param {string} folder of a variant */
function linkedLibraries(folder) {
  return listFiles(folder).filter((file) => /^lib(llama|llama-common|ggml|ggml-base)(\.|$)/.test(nameOf(file)))
}

/** @param {string} headers */
function includesOf(headers) {
  const packages = [
    join(root, 'node_modules', 'node-addon-api'),
    join(root, 'node_modules', 'node-api-headers', 'include'),
  ]
  return [...packages, headers, ...headerFolders.map((folder) => join(headers, folder))].map((path) => `-I${path}`)
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(dirname(path).length + 1)
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
async function must(command, args, options) {
  const { code, stdout, stderr } = await capture(command, args, options)
  if (code !== 0) throw new PlainError(`${command} ended with code ${code}:\n${(stderr || stdout).slice(-4000)}`)
}

if (isEntry(import.meta.url)) await runMain(build)
