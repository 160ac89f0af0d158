import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { runnerImport } from 'vite'
import { PlainError, root } from '../scripts/lib/project.mjs'
import { cleanEnvironment, withHome } from './environment.mjs'
import { openWindow } from './window.mjs'

const LIBRARY_SIZE = 2000
const HUB_SIZE = 5000
const LARGE = 'bench/Large-GGUF'
/** Takes longer than the frames that are counted meanwhile. */
const LARGE_BYTES = 12e9
const FRAMES = 600
/** Pixels in a frame: a brisk turn of the wheel. */
const STEP = 60

/** @typedef {{ frames: number, meanFps: number, over20: number, over50: number, worstMs: number, rows: number }} Smoothness */

/**
 * How smoothly the longest lists scroll in the app, one of them once more while a model arrives as fast as it can.
 * @param {NodeJS.ProcessEnv} env names the display
 * @returns {Promise<{ library: Smoothness, 'library, during a download': Smoothness, hub: Smoothness }>}
 */
export function measureScrolling(env) {
  return withHome(async (home) => {
    fillLibrary(home)
    const hub = await startHub(home)
    const window = await openWindow(home, { ...env, HF_ENDPOINT: hub.origin })
    try {
      await window.openList('#/models')
      const library = await window.scroll(FRAMES, STEP)
      // A hub is another computer: the double of it, here, stands back.
      setPriority(constants.priority.PRIORITY_LOW)
      const pulled = await pull(home)
      const during = await window.scroll(FRAMES, STEP)
      if (!pulled.isRunning()) throw new PlainError('The download ended before it could be measured: make it larger.')
      pulled.stop()
      await window.openList('#/discover', 'model')
      await window.loadAll(HUB_SIZE)
      return { library, 'library, during a download': during, hub: await window.scroll(FRAMES, STEP) }
    } finally {
      await window.close()
      await hub.close()
    }
  })
}

/** One model is added as a person would, then its rows are written as often as it takes. @param {string} home */
function fillLibrary(home) {
  const folder = join(home, 'many')
  mkdirSync(folder, { recursive: true })
  const model = join(folder, 'model.gguf')
  copyFileSync(join(root, 'resources', 'models', 'all-MiniLM-L6-v2-Q8_0.gguf'), model)
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist', 'cli', 'hearth.js'), 'add', model], {
    env: cleanEnvironment(home),
    encoding: 'utf8',
  })
  if (status !== 0) throw new PlainError(`The library could not be filled: ${stderr}`)
  const database = new DatabaseSync(join(home, 'hearth.db'))
  database.exec(`
    WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${LIBRARY_SIZE})
    INSERT INTO models (owner_id, name, origin, facts, added_at)
      SELECT owner_id, 'model-' || n, origin, facts, added_at + n FROM models, numbers;
    INSERT INTO model_files (model_id, position, file_id, role)
      SELECT models.id, 0, files.id, 'weights' FROM models, files
      WHERE models.id NOT IN (SELECT model_id FROM model_files);
  `)
  database.close()
}

/** The project's own double of a hub, with many repositories and one large file. @param {string} home */
async function startHub(home) {
  const load = async (/** @type {string} */ name) =>
    (await runnerImport(join(root, 'core', 'hubs', 'doubles', `${name}.testing.ts`))).module
  const { startHuggingFaceDouble } = await load('huggingface')
  const { makeRepos } = await load('huggingface-repos')
  const large = join(home, 'large.gguf')
  writeFileSync(large, '')
  truncateSync(large, LARGE_BYTES)
  const repo = {
    id: LARGE,
    files: [{ path: 'large.Q4_K_M.gguf', bytes: { path: large }, claims: { sha256: '0'.repeat(64) } }],
  }
  return startHuggingFaceDouble({ repos: [...makeRepos(HUB_SIZE), repo] })
}

/** Lets the app fetch the large file, and waits until it comes. @param {string} home */
async function pull(home) {
  const child = spawn(process.execPath, [join(root, 'dist', 'cli', 'hearth.js'), 'pull', `hf.co/${LARGE}:Q4_K_M`], {
    env: cleanEnvironment(home),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      if (/\b[1-9]\d?%/.test(String(text))) resolve(undefined)
    })
    child.once('exit', (code) => reject(new PlainError(`The download ended with ${code}.`)))
  })
  return { isRunning: () => child.exitCode === null, stop: () => child.kill('SIGINT') }
}
