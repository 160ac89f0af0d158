import { copyFileSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Model } from '../../shared/domain/models.ts'
import { Settings } from '../../shared/domain/settings.ts'
import { createNodeHost } from '../host/node-host.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { createNotices } from '../system/notices.ts'
import { createPool, type EnginePool } from './pool.ts'
import { emptyDatabase, quiet, testModel, testRequest } from './pool.testing.ts'
import type { RunEvent } from './work.ts'

const root = join(import.meta.dirname, '../..')
const file = join(root, 'resources/models/SmolLM2-135M-Instruct-Q4_1.gguf')
const engineEntry = process.env['HEARTH_TEST_ENGINE'] ?? join(root, 'dist/engine/main.js')
const pools: EnginePool[] = []

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})

function realPool(): EnginePool {
  const cores = 2
  const settings = Settings.parse({ engine: { stateCache: false } })
  const pool = createPool({
    host: createNodeHost({ engineEntry, probeEntry: engineEntry }),
    hardware: {
      choice: async () => ({ chosen: 'cpu', gpu: null, rejected: [], fallbackFrom: null }),
      cpu: async () => ({ model: 'x', physicalCores: cores, logicalCores: cores, architecture: 'x64', features: [] }),
    },
    notices: createNotices(),
    log: quiet,
    database: emptyDatabase(),
    home: '/nowhere',
    env: {},
    settings: () => settings.engine,
    wantedSlots: 2,
    findModel: () => undefined,
    nativeAddon: () => null,
    onModelEvent: () => {},
    check: null,
    clock: () => performance.now(),
    now: Date.now,
    memory: { free: totalmem, total: totalmem },
  })
  pools.push(pool)
  return pool
}

const modelAt = (path: string): Model => testModel('real', { path, facts: { contextLength: 2048 }, files: [] })

/** Not where Linux is told to give none, nor where glibc is too old to ask. */
function mayHaveHugePages(): boolean {
  try {
    const setting = readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8')
    return setting.includes('[always]') || (setting.includes('[madvise]') && glibcMinor() >= 35)
  } catch {
    return false
  }
}

function glibcMinor(): number {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } } // as Node documents it
  return Number(header.glibcVersionRuntime?.split('.')[1] ?? 0)
}

/** A story that goes on until it is ended. */
function tell(pool: EnginePool, model = modelAt(file), maxTokens = 1000) {
  const events: RunEvent[] = []
  let began = () => {}
  const firstWord = new Promise<void>((resolve) => {
    began = resolve
  })
  const request = {
    ...testRequest,
    input: { kind: 'prompt' as const, prompt: 'A long story about a river. Once upon a time' },
    maxTokens,
  }
  const result = pool.run(model, request, {
    contextLength: undefined,
    priority: 'person',
    owner: 'window',
    ownerId: 'local',
    signal: new AbortController().signal,
    onEvent(event) {
      events.push(event)
      if (event.type === 'text' && event.text !== '') began()
    },
  })
  result.catch(() => {})
  const text = () => events.flatMap((event) => (event.type === 'text' ? event.text : '')).join('')
  const hasBegun = Promise.race([firstWord, result])
  hasBegun.catch(() => {})
  return { result, firstWord: hasBegun, text }
}

function kill(pool: EnginePool): void {
  const pid = pool.loadedModels()[0]?.processId
  if (!pid) throw new Error('There is no process to kill.')
  process.kill(pid, 'SIGKILL')
}

describe('a real engine', () => {
  it.runIf(mayHaveHugePages())('has its weights and its cache in huge pages, on a processor under Linux', async () => {
    const pool = realPool()
    await tell(pool, modelAt(file), 1).result
    const pid = pool.loadedModels()[0]?.processId
    expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).not.toContain('.gguf')
    const [, huge] = /^AnonHugePages: +(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
    expect(Number(huge) * 1024).toBeGreaterThan(statSync(file).size)
  })

  it('fault 1: killed in the middle of an answer leaves what had come and an error, and the next request works', async () => {
    const pool = realPool()
    const story = tell(pool)
    await story.firstWord
    kill(pool)
    await expect(story.result).rejects.toMatchObject({ code: 'engine_crashed' })
    expect(story.text()).not.toBe('')
    const next = tell(pool, modelAt(file), 8)
    await expect(next.result).resolves.toMatchObject({ done: { reason: expect.stringMatching(/length|stop/) } })
  })

  it('fault 2: killed while it loads shows as failed, takes no memory in the books, and loads when asked again', async () => {
    const pool = realPool()
    const loading = pool.load(modelAt(file), { by: 'program' })
    await expect.poll(() => pool.loadedModels()[0]?.processId).toBeTypeOf('number')
    kill(pool)
    await expect(loading).rejects.toMatchObject({ code: 'model_load_failed' })
    expect(pool.loadedModels()).toMatchObject([{ state: 'failed', memoryBytes: null, processId: null }])
    await pool.load(modelAt(file), { by: 'program' })
    expect(pool.loadedModels()).toMatchObject([{ state: 'ready' }])
  })

  // Windows does not let a mapped file be cut.
  it.skipIf(process.platform === 'win32').each([true, false])(
    'fault 5: dies alone when its file is cut under it (mapped: %s), and the next request says what is wrong with it',
    async (mmap) => {
      const path = join(tempFolder(), 'cut.gguf')
      copyFileSync(file, path)
      const pool = realPool()
      const model = modelAt(path)
      const story = tell(pool, { ...model, defaults: { ...model.defaults, load: { mmap } } })
      await story.firstWord
      truncateSync(path, 1_000_000)
      // Mapped, it may die of the missing pages, and nothing but the engine is harmed.
      const outcome = await story.result.then(() => 'answered').catch((error: { code: string }) => error.code)
      expect(mmap ? ['answered', 'engine_crashed'] : ['answered']).toContain(outcome)
      await pool.unload('real')
      await expect(tell(pool, modelAt(path)).result).rejects.toMatchObject({ code: 'model_file_truncated' })
    },
  )
})
