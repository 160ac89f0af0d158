import type { EnginesState } from '../../../shared/domain/engines.ts'

export interface MemoryBlock {
  model: string
  bytes: number
  /** Of the whole memory, 0 to 1. */
  share: number
}

/** What the models take, largest first, to the scale of the computer's memory. */
export function memoryBlocks({ models, totalMemoryBytes }: EnginesState): MemoryBlock[] {
  return models
    .flatMap(({ model, memoryBytes }) =>
      memoryBytes === null || memoryBytes <= 0
        ? []
        : [{ model, bytes: memoryBytes, share: totalMemoryBytes > 0 ? memoryBytes / totalMemoryBytes : 0 }],
    )
    .toSorted((a, b) => b.bytes - a.bytes)
}
