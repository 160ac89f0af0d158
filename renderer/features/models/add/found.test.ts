import { describe, expect, it } from 'vitest'
import type { FoundModel } from '../../../../shared/domain/storage.ts'
import { groupFound, newPaths } from './found.ts'

const found = (app: FoundModel['app'], name: string, sizeBytes: number, known = false): FoundModel => ({
  app,
  name,
  path: `/${name}`,
  sizeBytes,
  sha256: null,
  known,
})

describe('what other programs have', () => {
  const all = [
    found('lmstudio', 'a', 3),
    found('ollama', 'b', 1),
    found('ollama', 'c', 2, true),
    found('lmstudio', 'a', 3),
  ]

  it('is grouped by program, large ones first, each file once', () => {
    expect(groupFound(all).map(({ app, models, bytes }) => [app, models.map((model) => model.name), bytes])).toEqual([
      ['ollama', ['c', 'b'], 3],
      ['lmstudio', ['a'], 3],
    ])
  })

  it('can be added where it is not in the library yet', () => {
    expect(newPaths(all)).toEqual(['/a', '/b'])
  })
})
