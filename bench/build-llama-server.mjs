import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, isEntry, PlainError, readJson, root, runMain } from '../scripts/lib/project.mjs'
import { capture, run } from '../scripts/lib/run.mjs'

const library = join(root, 'node_modules', 'node-llama-cpp')
const FLAGS = [
  '-DCMAKE_BUILD_TYPE=Release',
  '-DGGML_NATIVE=OFF',
  '-DGGML_BACKEND_DL=ON',
  '-DGGML_CPU_ALL_VARIANTS=ON',
  '-DLLAMA_CURL=OFF',
  '-DLLAMA_OPENSSL=OFF',
  '-DLLAMA_BUILD_TESTS=OFF',
]

/**
 * The llama-server to compare with: the one that was named, or the one that was built here, or one that is built now
 * (20 to 30 minutes on two cores, once).
 * @param {string | undefined} named
 * @returns {Promise<{ program: string, why: '' } | { program: null, why: string }>} why there is none
 */
export async function findLlamaServer(named) {
  if (named !== undefined) return { program: named, why: '' }
  const { program } = places()
  if (existsSync(program)) return { program, why: '' }
  const missing = await missingTools()
  if (missing.length > 0) {
    return {
      program: null,
      why: `llama-server is left out: to build it, ${missing.join(', ')} would be needed. Name a built one with --llama-server PATH.`,
    }
  }
  await buildLlamaServer()
  return { program, why: '' }
}

function places() {
  const release = readJson(join(library, 'llama', 'binariesGithubRelease.json'))?.release ?? 'unknown'
  const folder = join(cacheFolder, `llama-server-${release}`)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    folder,
    source: join(folder, 'source'),
    build: join(folder, 'build'),
    program: join(folder, 'build', 'bin', `llama-server${suffix}`),
  }
}

/** @returns {Promise<string[]>} */
async function missingTools() {
  const has = async (/** @type {string} */ tool) => (await capture(tool, ['--version'])).code === 0
  const missing = []
  for (const tool of ['git', 'cmake', 'ninja']) if (!(await has(tool))) missing.push(tool)
  if ((await compiler()) === null) missing.push('clang++ or g++')
  return missing
}

/** clang before GCC, which miscompiled AMX code until version 13. */
async function compiler() {
  for (const [cc, cxx] of /** @type {const} */ ([
    ['clang', 'clang++'],
    ['gcc', 'g++'],
  ])) {
    const { code, stdout } = await capture(cxx, ['-dumpversion'])
    if (code === 0) return { cc, cxx, breaksAmx: cxx === 'g++' && Number.parseInt(stdout) < 13 }
  }
  return null
}

/** Builds llama-server from the source that comes with node-llama-cpp, outside of what is tracked. */
async function buildLlamaServer() {
  const { folder, source, build, program } = places()
  const chosen = await compiler()
  if (chosen === null) throw new PlainError('There is no C++ compiler.')
  console.log(`Building llama-server with ${chosen.cxx} in ${folder}; once, and it takes a while …`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(source, 'CMakeLists.txt'))) {
    rmSync(source, { recursive: true, force: true })
    await must('git', ['clone', '-q', join(library, 'llama', 'gitRelease.bundle'), source])
  }
  const compilers = [`-DCMAKE_C_COMPILER=${chosen.cc}`, `-DCMAKE_CXX_COMPILER=${chosen.cxx}`]
  await must('cmake', ['-S', source, '-B', build, '-G', 'Ninja', ...FLAGS, ...compilers])
  await must('cmake', ['--build', build, '--target', 'llama-server', '-j', String(availableParallelism())])
  if (chosen.breaksAmx) replaceAmx(join(build, 'bin'))
  if (!existsSync(program)) throw new PlainError(`The build ended without ${program}.`)
}

/** Takes the library's own binary, of the same source, for the one that this compiler gets wrong. @param {string} bin */
function replaceAmx(bin) {
  const binaries = join(root, 'node_modules', '@node-llama-cpp')
  const name = 'libggml-cpu-sapphirerapids.so'
  const found = existsSync(binaries)
    ? readdirSync(binaries, { recursive: true }).find((file) =>
        String(file).endsWith(`${process.platform}-${process.arch}/${name}`),
      )
    : undefined
  // Without it the next best variant runs, which has no AMX.
  rmSync(join(bin, name), { force: true })
  if (found !== undefined) cpSync(join(binaries, String(found)), join(bin, name))
}

/** @param {string} command @param {string[]} args */
async function must(command, args) {
  const code = await run(command, args)
  if (code !== 0) throw new PlainError(`${command} ended with ${code}: llama-server could not be built.`)
}

if (isEntry(import.meta.url)) {
  await runMain(async () => {
    const { program, why } = await findLlamaServer(undefined)
    console.log(program ?? why)
  })
}
