import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LoadOptions } from '../shared/process/engine.ts'
import { startEngine, type TestEngine } from './test-engine.ts'

/** A long prompt of its own for each number, with a definite continuation. */
function tale(number: number, sentences = 52) {
  const lines = Array.from({ length: sentences }, (_, line) => `${number} keepers noted ship ${line * number} at dawn.`)
  return { kind: 'prompt' as const, prompt: lines.join(' ') }
}

const limits = { memoryBytes: 512 * 1024 ** 2, diskBytes: 2 * 1024 ** 3 }

describe('conversations that lost their slot', { timeout: 240_000 }, () => {
  let folder: string
  const engines: TestEngine[] = []

  async function start(options: Partial<LoadOptions> = {}) {
    const engine = startEngine({ contextLength: 4096, slots: 1, stateCache: { folder, ...limits }, ...options })
    engines.push(engine)
    await engine.loaded
    return engine
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-states-'))
  })
  afterAll(async () => {
    for (const engine of engines) await engine.end()
    await rm(folder, { recursive: true, force: true })
  })

  it('come back from memory without being read again, and go on with the same words', async () => {
    const engine = await start()
    // What is read in chunks differs in its last bits with how it was cut, so the words to compare come from the slot.
    await engine.generate({ input: tale(1), maxTokens: 24 })
    const first = await engine.generate({ input: tale(1), maxTokens: 24 })
    const other = await engine.generate({ input: tale(2), maxTokens: 24 })
    expect(first.done?.usage.prompt).toBeGreaterThan(512)
    expect(other.done?.cacheSource).toBe('none')
    const again = await engine.generate({ input: tale(1), maxTokens: 24 })
    expect(again.done).toMatchObject({ cacheSource: 'memory' })
    expect(again.done?.timings.prefillTokens).toBe(1)
    expect(again.text).toBe(first.text)
    expect((await engine.nextHeartbeat()).stateMemoryBytes).toBeGreaterThan(1_000_000)
  })

  it('come back from disk after a restart, unless the file was cut off or altered', async () => {
    const before = await start()
    const answers = [3, 4, 5].map((number) =>
      before.generate({ input: tale(number), maxTokens: 16, cacheKey: `c${number}` }),
    )
    await Promise.all(answers)
    const first = await before.generate({ input: tale(3), maxTokens: 16, cacheKey: 'c3' })
    expect(first.done?.timings.prefillTokens).toBe(1)
    await before.ask({ type: 'keepStates' }, 'done')
    await before.end()

    const restarted = await start()
    const again = await restarted.generate({ input: tale(3), maxTokens: 16 })
    expect(again.done).toMatchObject({ cacheSource: 'disk', timings: { prefillTokens: 1 } })
    expect(again.text).toBe(first.text)
    expect((await restarted.nextHeartbeat()).stateDiskBytes).toBeGreaterThan(1_000_000)
    await restarted.end()

    const [cut, altered] = await Promise.all(['c4', 'c5'].map((key) => fileOf(key)))
    await truncate(cut ?? '', 100_000)
    const bytes = await readFile(altered ?? '')
    bytes.writeUInt8(bytes.readUInt8(500_000) ^ 1, 500_000)
    await writeFile(altered ?? '', bytes)
    await writeFile(join(folder, 'foreign.state'), 'not a state')
    const careful = await start()
    expect(await readdir(folder)).not.toContain('foreign.state')
    for (const number of [4, 5]) {
      const answer = await careful.generate({ input: tale(number), maxTokens: 16 })
      expect(answer.done?.cacheSource).toBe('none')
      expect(answer.text).toContain(`${number} keepers noted ship`)
    }
    expect(await fileOf('c4')).toBeNull()
    expect(await fileOf('c5')).toBeNull()
    await careful.end()
  })

  it('are erased with their chat, in slots, memory and on disk', async () => {
    const engine = await start()
    await engine.generate({ input: tale(6), maxTokens: 4, cacheKey: 'chat-6' })
    await engine.generate({ input: tale(7), maxTokens: 4, cacheKey: 'chat-7' })
    await engine.ask({ type: 'keepStates' }, 'done')
    expect(await fileOf('chat-6')).not.toBeNull()
    engine.forget('chat-6')
    engine.forget('chat-7')
    expect((await engine.generate({ input: tale(6), maxTokens: 4 })).done?.cacheSource).toBe('none')
    expect((await engine.generate({ input: tale(7), maxTokens: 4 })).done?.cacheSource).toBe('none')
    expect(await fileOf('chat-6')).toBeNull()
    expect(await fileOf('chat-7')).toBeNull()
    engine.forget(null)
    await engine.ask({ type: 'tokenize', text: 'x', special: false }, 'tokens')
    await expect.poll(() => readdir(folder).then((names) => names.filter((name) => name.endsWith('.json')))).toEqual([])
    await engine.end()
  })

  it('keep nothing when nobody asked for it', async () => {
    const engine = await start({ stateCache: null })
    await engine.generate({ input: tale(8), maxTokens: 4 })
    await engine.generate({ input: tale(9), maxTokens: 4 })
    expect((await engine.generate({ input: tale(8), maxTokens: 4 })).done?.cacheSource).toBe('none')
    await engine.end()
  })

  it('read a beginning that several share only once', async () => {
    const engine = await start({ contextLength: 2048, slots: 4 })
    const handbook = tale(10).prompt
    const answers = await Promise.all(
      ['One:', 'Two:', 'Three:', 'Four:'].map((end) =>
        engine.generate({ input: { kind: 'prompt', prompt: `${handbook} ${end}` }, maxTokens: 4 }),
      ),
    )
    const read = answers.map((answer) => answer.done?.timings.prefillTokens ?? 0).toSorted((a, b) => a - b)
    expect(read.at(-1)).toBeGreaterThan(512)
    expect(read[2]).toBeLessThan(50)
    await engine.end()
  })

  async function fileOf(cacheKey: string): Promise<string | null> {
    for (const name of (await readdir(folder)).filter((candidate) => candidate.endsWith('.json'))) {
      const description = JSON.parse(await readFile(join(folder, name), 'utf8')) as { cacheKeys: string[] } // our own file
      if (description.cacheKeys.includes(cacheKey)) return join(folder, name.replace('.json', '.state'))
    }
    return null
  }
})
