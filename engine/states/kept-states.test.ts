import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeptStates, type KeepableSlot, type KeptLimits } from './kept-states.ts'
import { createStateFolder } from './state-folder.ts'
import type { MemoryState, StateIo } from './state-io.ts'

/** A state is one byte a token; restored tokens are read from those bytes. */
interface FakeState extends MemoryState {
  data: Uint8Array
}
class FakeSlot implements KeepableSlot {
  tokens: number[]
  cacheKey: string | null
  forgotten = false
  constructor(tokens: number[] = [], cacheKey: string | null = null) {
    this.tokens = tokens
    this.cacheKey = cacheKey
  }
}

const run = (from: number, length: number) => Array.from({ length }, (_, index) => (from + index) % 250)

describe('kept states', () => {
  let folder: string
  let failures: unknown[]

  const io: StateIo<FakeSlot, FakeState> = {
    format: 'fake',
    save({ tokens }) {
      const data = Uint8Array.from(tokens)
      return Promise.resolve({
        data,
        bytes: data.length,
        drop: () => Promise.resolve(),
        read: (onSlice: (slice: Uint8Array) => Promise<void>) => onSlice(data),
      })
    },
    restore(slot, { data }) {
      slot.tokens = [...data]
      return Promise.resolve()
    },
    async restoreFile(slot, path) {
      slot.tokens = [...(await readFile(path))]
    },
  }
  const open = (limits: Partial<KeptLimits> = {}) =>
    createKeptStates(
      io,
      createStateFolder(folder, io.format),
      { memoryBytes: 10_000, diskBytes: 100_000, ...limits },
      (error) => failures.push(error),
    )
  const files = async (end: string) => (await readdir(folder)).filter((name) => name.endsWith(end))

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-kept-'))
    failures = []
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
    if (failures.length > 0) throw failures[0]
  })

  it('give back the one that spares the most of a prompt', async () => {
    const kept = await open()
    await kept.add(new FakeSlot(run(0, 100)))
    await kept.add(new FakeSlot([...run(0, 60), ...run(200, 100)]))
    const found = await kept.find([...run(0, 60), ...run(200, 10), 7], 1, false)
    expect(found).toMatchObject({ length: 70, source: 'memory' })
    const slot = new FakeSlot()
    expect(await found?.restore(slot)).toBe(true)
    expect(slot.tokens).toHaveLength(160)
  })

  it('are no use when they spare too little, or can only be used whole', async () => {
    const kept = await open()
    await kept.add(new FakeSlot(run(0, 100)))
    expect(await kept.find(run(0, 50), 51, false)).toBeNull()
    expect(await kept.find(run(0, 50), 1, true)).toBeNull()
    expect(await kept.find(run(0, 120), 1, true)).toMatchObject({ length: 100 })
  })

  it('replace those of which they hold the whole', async () => {
    const kept = await open()
    await kept.add(new FakeSlot(run(0, 100)))
    await kept.add(new FakeSlot(run(0, 150)))
    expect(kept.memoryBytes).toBe(150)
    expect(kept.covers(run(0, 100))).toBe(true)
    expect(kept.covers(run(0, 151))).toBe(false)
  })

  it('move to disk when memory is full, the oldest first, and go for good when the disk is', async () => {
    const kept = await open({ memoryBytes: 250, diskBytes: 250 })
    for (const from of [0, 50, 100, 150, 200]) await kept.add(new FakeSlot(run(from, 100)))
    await kept.flush()
    expect(kept.memoryBytes).toBe(200)
    expect(kept.diskBytes).toBeLessThanOrEqual(250)
    expect(kept.covers(run(0, 100))).toBe(false)
    expect(kept.covers(run(200, 100))).toBe(true)
    expect(await files('.state')).toHaveLength(2)
    expect(await files('.tmp')).toEqual([])
  })

  it('outlive the process once they are written', async () => {
    const before = await open()
    await before.add(new FakeSlot(run(0, 100), 'chat'))
    await before.flush()
    const after = await open()
    const found = await after.find(run(0, 120), 1, true)
    expect(found).toMatchObject({ length: 100, source: 'disk' })
    const slot = new FakeSlot()
    await found?.restore(slot)
    expect(slot.tokens).toEqual(run(0, 100))
  })

  it.each([
    ['altered', (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.readUInt8(0) ^ 1]), bytes.subarray(1)])],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 50)],
    ['longer than before', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
  ])('that were %s are deleted, never loaded', async (_, damage) => {
    const before = await open()
    await before.add(new FakeSlot(run(0, 100)))
    await before.flush()
    const [name = ''] = await files('.state')
    await writeFile(join(folder, name), damage(await readFile(join(folder, name))))
    const after = await open()
    expect(await after.find(run(0, 120), 1, false)).toBeNull()
    expect(await readdir(folder)).toEqual([])
  })

  it('whose tokens were exchanged are not believed', async () => {
    const before = await open()
    await before.add(new FakeSlot(run(0, 100)))
    await before.flush()
    const [name = ''] = await files('.json')
    const text = await readFile(join(folder, name), 'utf8')
    await writeFile(join(folder, name), text.replace('"tokens":[0,1,2', '"tokens":[9,1,2'))
    expect(await (await open()).find([9, ...run(1, 119)], 1, false)).toBeNull()
  })

  it('clean up after a crash, and leave nothing foreign in their folder', async () => {
    for (const name of ['a.state', 'b.json', 'c.state.tmp', 'notes.txt']) await writeFile(join(folder, name), 'x')
    await open()
    expect(await readdir(folder)).toEqual([])
  })

  it('are erased with their chat, in memory and on disk, and all together', async () => {
    const kept = await open()
    await kept.add(new FakeSlot(run(0, 100), 'mine'))
    await kept.add(new FakeSlot(run(100, 100), 'yours'))
    await kept.flush()
    await kept.forget('mine')
    expect([kept.covers(run(0, 100)), kept.covers(run(100, 100))]).toEqual([false, true])
    expect(await files('.state')).toHaveLength(1)
    await kept.forget(null)
    expect(await readdir(folder)).toEqual([])
    expect([kept.memoryBytes, kept.diskBytes]).toEqual([0, 0])
  })

  it('are not kept when their chat was erased while they were saved', async () => {
    const kept = await open()
    const slot = new FakeSlot(run(0, 100), 'mine')
    const adding = kept.add(slot)
    slot.forgotten = true
    expect(await adding).toBe(false)
    expect(kept.memoryBytes).toBe(0)
  })
})
