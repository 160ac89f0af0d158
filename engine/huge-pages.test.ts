import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasHugePages, mapsFile } from './huge-pages.ts'

const asking = { GLIBC_TUNABLES: 'glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1' }

describe('huge pages', () => {
  it.each([
    ['Linux gives them to all', {}, '[always] madvise never\n', true],
    ['glibc asks for them', asking, 'always [madvise] never\n', true],
    ['nobody asks for them', {}, 'always [madvise] never\n', false],
    ['they are off', asking, 'always madvise [never]\n', false],
    ['there is no such setting', asking, null, false],
    ['glibc was told otherwise', { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=12' }, 'always [madvise] never\n', false],
  ])('are known: %s', (_, env, setting, expected) => {
    expect(hasHugePages(env, setting)).toBe(expected)
  })
})

describe('the file of a model', () => {
  let folder: string
  let small: string
  let large: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-engine-'))
    ;[small, large] = [join(folder, 'small'), join(folder, 'large')]
    for (const path of [small, large]) await writeFile(path, 'GGUF')
    await truncate(large, 5e9)
  })
  afterAll(() => rm(folder, { recursive: true }))

  const automatic = { mmap: null, backend: 'cpu' } as const

  it('is read where its weights then lie in huge pages', async () => {
    expect(await mapsFile(automatic, small, true)).toBe(false)
    expect(await mapsFile(automatic, small, false)).toBe(true)
  })

  it('is mapped when it is large, and for a GPU', async () => {
    expect(await mapsFile(automatic, large, true)).toBe(true)
    expect(await mapsFile({ ...automatic, backend: 'vulkan' }, small, true)).toBe(true)
  })

  it('is mapped or read as it was set', async () => {
    expect(await mapsFile({ ...automatic, mmap: true }, small, true)).toBe(true)
    expect(await mapsFile({ ...automatic, mmap: false }, large, false)).toBe(false)
  })
})
