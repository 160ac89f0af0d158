import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { loadOptions } from './load-options.ts'
import { testModel } from './pool.testing.ts'
import { createStateFolders } from './state-folders.ts'

const plan = { contextLength: 4096, slots: 2, kvType: 'f16' as const, gpuLayers: null }
const optionsOf = (model = testModel('a'), changes = {}) => {
  const { stateCache: _, ...options } = loadOptions(
    model,
    { ...plan, ...changes },
    {
      cpu: { physicalCores: 2, logicalCores: 2 },
      backend: 'cpu',
      nativeAddon: null,
      stateCache: null,
      findModel: () => undefined,
    },
  )
  return options
}

/** Folders of states with a description and a file each, from oldest to newest. */
function kept(names: Record<string, string[]>, bytes = 1000) {
  const home = tempFolder()
  let age = 1000
  for (const [name, cacheKeys] of Object.entries(names)) {
    const folder = join(home, 'states', name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'one.state'), Buffer.alloc(bytes))
    writeFileSync(join(folder, 'one.json'), JSON.stringify({ cacheKeys }))
    for (const file of ['one.state', 'one.json']) utimesSync(join(folder, file), age, age)
    age += 1000
  }
  return home
}
const folders = (home: string, used: string[] = [], budget = 10_000) =>
  createStateFolders({ home, budget: () => budget, totalMemory: () => 16e9, used: () => used })

describe('folders of kept states', () => {
  it('are one for each model with what its states depend on', async () => {
    const states = folders(tempFolder())
    const model = testModel('a')
    const folder = async (changes = {}, other = model) =>
      (await states.optionsFor(other, optionsOf(other, changes))).folder
    expect(await folder()).toBe(await folder({ contextLength: 512, slots: 1 }))
    expect(await folder()).not.toBe(await folder({ kvType: 'q8_0' }))
    const replaced = testModel('a', {
      files: [{ path: model.path, sizeBytes: 4, sha256: 'ff', role: 'weights', owned: false }],
    })
    expect(await folder()).not.toBe(await folder({}, replaced))
  })

  it('share one budget: the oldest that no engine holds give way', async () => {
    const home = kept({ oldest: ['x'], held: ['x'], newest: ['x'] }, 4000)
    const { diskBytes, memoryBytes } = await folders(home, [join(home, 'states', 'held')]).optionsFor(
      testModel('a'),
      optionsOf(),
    )
    expect(readdirSync(join(home, 'states'))).toEqual(['held'])
    expect(diskBytes).toBeGreaterThan(5000)
    expect(diskBytes).toBeLessThan(6100)
    expect(memoryBytes).toBe(1e9)
  })

  it('lose what belongs to a chat that is erased, or all, but for those that engines see to themselves', async () => {
    const home = kept({ mine: ['chat'], shared: ['other', 'chat'], others: ['other'], held: ['chat'] })
    const states = folders(home, [join(home, 'states', 'held')])
    await states.forget('chat')
    const left = (name: string) => readdirSync(join(home, 'states', name))
    expect([left('mine'), left('shared'), left('others'), left('held')].map(({ length }) => length)).toEqual([
      0, 0, 2, 2,
    ])
    await states.forget(null)
    expect(readdirSync(join(home, 'states'))).toEqual(['held'])
  })
})
