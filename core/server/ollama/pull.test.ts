import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { Ollama } from 'ollama'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Settings } from '../../../shared/domain/settings.ts'
import { createDownloads } from '../../downloads/downloads.ts'
import { createPull } from '../../downloads/pull.ts'
import { startOllamaDouble } from '../../hubs/doubles/ollama.testing.ts'
import { closing, someBytes, testHttp, testHubs } from '../../hubs/hubs.testing.ts'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { downloads as schema } from '../../storage/migrations/0004-downloads.ts'
import { started } from '../listening.testing.ts'

const MEGABYTE = 1 << 20
const WEIGHTS = someBytes(3 * MEGABYTE)
const DIGEST = `sha256:${createHash('sha256').update(WEIGHTS).digest('hex')}`

/** A server over real downloads from a registry on loopback. */
async function setUp(bytesPerSecond: number) {
  const double = closing(
    await startOllamaDouble({
      models: [{ name: 'library/tiny', tag: '1b', layers: [{ kind: 'model', bytes: WEIGHTS }] }],
      knobs: { bytesPerSecond },
    }),
  )
  const { hubs } = testHubs({ HEARTH_OLLAMA_REGISTRY: double.origin })
  const root = tempFolder()
  const database = new DatabaseSync(':memory:')
  database.exec(schema.up)
  const note = () => {}
  let ids = 0
  const downloads = createDownloads({
    database,
    http: testHttp(),
    hubs,
    settings: () => ({ ...Settings.parse({}).downloads, connections: 1 }),
    modelsFolder: () => root,
    hashWorkerPath: null,
    goOn: true,
    finish: (plan) => Promise.resolve({ model: plan.name }),
    findOwnFile: () => null,
    effects: { onProgress: note, onDone: note, onFailed: note },
    newId: () => `d${++ids}`,
    now: Date.now,
    clock: () => performance.now(),
    log: { debug: note, info: note, warn: note, error: note },
    chunkBytes: MEGABYTE / 4,
  })
  onTestFinished(async () => {
    await downloads.close()
    database.close()
  })
  const pull = createPull({ hubs, downloads, findModel: () => undefined })
  const { url, server } = await started(undefined, { pull })

  /** One client with a connection of its own. */
  function client() {
    const hangUp = new AbortController()
    const lines: { status?: string; error?: string; completed?: number; digest?: string }[] = []
    const body = JSON.stringify({ model: 'tiny:1b' })
    const ended = fetch(`${url}/api/pull`, { method: 'POST', body, signal: hangUp.signal }).then(async (response) => {
      const decoder = new TextDecoder()
      let rest = ''
      for await (const bytes of response.body ?? []) {
        const all = (rest + decoder.decode(bytes, { stream: true })).split('\n')
        rest = all.pop() ?? ''
        // Each is what the server wrote.
        lines.push(...all.map((line) => JSON.parse(line) as (typeof lines)[number]))
      }
    })
    const reached = (bytes: number) =>
      vi.waitFor(() => expect(lines.some(({ completed = 0 }) => completed >= bytes)).toBe(true), { timeout: 8000 })
    ended.catch(() => {})
    return { lines, ended, reached, hangUp: () => hangUp.abort() }
  }
  const state = (wanted: string) =>
    vi.waitFor(() => expect(downloads.list().map((one) => one.state)).toEqual([wanted]), { timeout: 8000 })
  /** Bytes that were asked for, of all connections. */
  const asked = () =>
    double.requests
      .filter(({ server: from }) => from === 'cdn')
      .reduce((sum, { range }) => {
        const [first = 0, last = WEIGHTS.length - 1] = (range ?? '').replace('bytes=', '').split('-').map(Number)
        return sum + last - first + 1
      }, 0)
  const file = () => readFileSync(join(root, 'ollama', 'library', 'tiny', 'tiny-1b.gguf'))
  return { url, double, downloads, server, client, state, asked, file }
}

describe('the ollama client', () => {
  it('pulls from a registry, and is told how far it is', async () => {
    const { url, file } = await setUp(100 * MEGABYTE)
    const ollama = new Ollama({ host: url })
    const statuses: string[] = []
    let completed = 0
    for await (const part of await ollama.pull({ model: 'tiny:1b', stream: true })) {
      if (part.status !== statuses.at(-1)) statuses.push(part.status)
      if (part.completed !== undefined) completed = part.completed
    }
    expect(statuses[0]).toBe('pulling manifest')
    expect(statuses.slice(-2)).toEqual(['writing manifest', 'success'])
    expect(completed).toBe(WEIGHTS.length)
    expect(Buffer.compare(file(), WEIGHTS)).toBe(0)
    expect(await ollama.pull({ model: 'tiny:1b' })).toEqual({ status: 'success' })
    await expect(ollama.pull({ model: 'absent:1b' })).rejects.toThrow(/absent/)
  })
})

describe('two clients that pull one model', { timeout: 30_000 }, () => {
  it('share one transfer, and both are told how far it is and that it is done', async () => {
    const { client, asked, downloads, file } = await setUp(1.5 * MEGABYTE)
    const one = client()
    await one.reached(1)
    const other = client()
    await Promise.all([one.ended, other.ended])
    for (const { lines } of [one, other]) {
      expect(lines[0]).toEqual({ status: 'pulling manifest' })
      expect(lines.filter(({ digest }) => digest === DIGEST).length).toBeGreaterThan(1)
      expect(lines.at(-1)).toEqual({ status: 'success' })
    }
    expect(downloads.list()).toHaveLength(1)
    expect(asked()).toBe(WEIGHTS.length)
    expect(Buffer.compare(file(), WEIGHTS)).toBe(0)
  })

  it('do not end each other’s by hanging up', async () => {
    const { client, file, asked } = await setUp(1.5 * MEGABYTE)
    const one = client()
    await one.reached(1)
    const other = client()
    await other.reached(1)
    one.hangUp()
    await other.ended
    expect(other.lines.at(-1)).toEqual({ status: 'success' })
    expect(asked()).toBe(WEIGHTS.length)
    expect(Buffer.compare(file(), WEIGHTS)).toBe(0)
  })

  it('leave it resting when both hang up, and the next goes on from there', async () => {
    const { client, double, state, file, asked } = await setUp(MEGABYTE)
    const [one, other] = [client(), client()]
    await one.reached(MEGABYTE)
    one.hangUp()
    other.hangUp()
    await state('paused')
    const before = asked()
    double.knobs.bytesPerSecond = 50 * MEGABYTE
    const third = client()
    await third.ended
    expect(third.lines.at(-1)).toEqual({ status: 'success' })
    expect(asked() - before).toBeLessThan(WEIGHTS.length - MEGABYTE / 2)
    expect(Buffer.compare(file(), WEIGHTS)).toBe(0)
  })
})

describe('a download that the person began', { timeout: 30_000 }, () => {
  it('goes on when a client that followed it hangs up', async () => {
    const { client, downloads, double, state, file } = await setUp(MEGABYTE)
    const actor = { ownerId: 'local', door: 'window', access: 'local' } as const
    await downloads.enqueue({ hub: 'ollama', repo: 'library/tiny', variant: '1b', first: false }, actor)
    const one = client()
    await one.reached(1)
    one.hangUp()
    double.knobs.bytesPerSecond = 50 * MEGABYTE
    await state('done')
    expect(Buffer.compare(file(), WEIGHTS)).toBe(0)
  })
})

describe('a server that stops', { timeout: 30_000 }, () => {
  it('says so to who waits for a pull, and lets the download go on at the next start', async () => {
    const { client, server, downloads } = await setUp(MEGABYTE)
    const one = client()
    await one.reached(1)
    await server.stop()
    await one.ended
    expect(one.lines.at(-1)?.error).toMatch(/stopped/)
    expect(downloads.list()[0]?.state).toBe('downloading')
  })
})
