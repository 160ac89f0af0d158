import { create } from 'zustand'
import type { Model, ModelUpdate } from '../../../shared/domain/models.ts'
import { rpc } from '../../lib/rpc.ts'

interface Updates {
  /** What the hubs said, by the model's name. */
  known: ReadonlyMap<string, ModelUpdate>
  looking: ReadonlySet<string>
}

const useUpdates = create<Updates>()(() => ({ known: new Map(), looking: new Set() }))

/** What the hub last said about a model's newest file; null when it was not asked. */
export function useUpdate(name: string): ModelUpdate | null {
  return useUpdates((updates) => updates.known.get(name)) ?? null
}

/** Whether hubs are being asked: about one model, or about any. */
export function useLooking(name?: string): boolean {
  return useUpdates((updates) => (name === undefined ? updates.looking.size > 0 : updates.looking.has(name)))
}

/** Whether there is a hub to ask about a model. */
export function hasHub(model: Model): boolean {
  return model.source !== null && model.origin !== 'made'
}

/**
 * Asks the hubs whether there is something newer; only when a person wants it, since it leaves this computer.
 * Resolves with what they said. Rejects with what went wrong for all of them.
 */
export async function lookForUpdates(models: readonly Model[]): Promise<ModelUpdate[]> {
  const names = models.filter(hasHub).map((model) => model.name)
  if (names.length === 0) return []
  useUpdates.setState(({ looking }) => ({ looking: new Set([...looking, ...names]) }))
  try {
    const answers = await rpc().models.updates({ names })
    useUpdates.setState(({ known }) => ({
      known: new Map([...known, ...answers.map((answer) => [answer.name, answer] as const)]),
    }))
    return answers
  } finally {
    useUpdates.setState(({ looking }) => ({ looking: new Set([...looking].filter((name) => !names.includes(name))) }))
  }
}
