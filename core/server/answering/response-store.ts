import type { PromptMessage } from '../../../shared/domain/generation.ts'

/** A response that a client may come back to. */
export interface StoredResponse {
  /** As it was answered. */
  response: object
  /** The conversation with the answer, without instructions. */
  messages: PromptMessage[]
}

/** The last responses, in memory alone: they are gone when the program ends. Each is there for its owner only. */
export interface ResponseStore {
  get(ownerId: string, id: string): StoredResponse | undefined
  put(ownerId: string, id: string, stored: StoredResponse): void
  /** False when there was none. */
  delete(ownerId: string, id: string): boolean
}

const MOST_CHARACTERS = 64_000_000

export function createResponseStore(mostCharacters = MOST_CHARACTERS): ResponseStore {
  const kept = new Map<string, { ownerId: string; stored: StoredResponse; characters: number }>()
  let total = 0

  function remove(id: string): boolean {
    const entry = kept.get(id)
    if (entry === undefined) return false
    total -= entry.characters
    return kept.delete(id)
  }

  return {
    get(ownerId, id) {
      const entry = kept.get(id)
      if (entry?.ownerId !== ownerId) return undefined
      // A conversation that goes on is the last to be forgotten.
      kept.delete(id)
      kept.set(id, entry)
      return entry.stored
    },
    put(ownerId, id, stored) {
      remove(id)
      const characters = JSON.stringify(stored).length
      kept.set(id, { ownerId, stored, characters })
      total += characters
      for (const oldest of kept.keys()) {
        if (total <= mostCharacters) return
        remove(oldest)
      }
    },
    delete: (ownerId, id) => kept.get(id)?.ownerId === ownerId && remove(id),
  }
}
