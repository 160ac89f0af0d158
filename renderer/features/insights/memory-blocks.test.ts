import { expect, it } from 'vitest'
import type { EnginesState } from '../../../shared/domain/engines.ts'
import { loadedFixture } from '../../../shared/domain/loaded-model.testing.ts'
import { memoryBlocks } from './memory-blocks.ts'

const loaded = (model: string, memoryBytes: number | null) => loadedFixture({ model, memoryBytes })

it('blocks are to scale, largest first; what is not measured yet has none', () => {
  const engines: EnginesState = {
    models: [loaded('small', 1e9), loaded('loading', null), loaded('large', 4e9)],
    totalMemoryBytes: 16e9,
    usedByModelsBytes: 5e9,
    quarantined: [],
  }
  expect(memoryBlocks(engines)).toEqual([
    { model: 'large', bytes: 4e9, share: 0.25 },
    { model: 'small', bytes: 1e9, share: 0.0625 },
  ])
})
