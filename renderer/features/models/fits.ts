import { useEffect } from 'react'
import { create } from 'zustand'
import type { FitCandidate, FitEstimate } from '../../../shared/domain/fit.ts'
import type { KvType, Model } from '../../../shared/domain/models.ts'
import { rpc } from '../../lib/rpc.ts'

/** As many as one call takes. */
const BATCH = 500

/** Estimates of the library's models as they would be loaded by default, by `fitKey`. */
const useEstimates = create<{ known: ReadonlyMap<string, FitEstimate> }>()(() => ({ known: new Map() }))
const asked = new Set<string>()

/** How well a model fits this computer; null until that is reckoned. */
export function useFit(model: Model): FitEstimate | null {
  return useEstimates((state) => state.known.get(fitKey(model))) ?? null
}

/** Reckons how the models fit, each once until its file or its load settings change. */
export function useFits(models: readonly Model[] | null): void {
  useEffect(() => {
    const missing = (models ?? []).filter((model) => model.problem === null && !asked.has(fitKey(model)))
    if (missing.length > 0) void askAll(missing)
  }, [models])
}

/** What is asked of the fit for a model of the library. */
export function fitCandidate(model: Model, id = model.name): FitCandidate {
  const { facts } = model
  return {
    id,
    sizeBytes: model.sizeBytes,
    parameters: facts.parameters > 0 ? facts.parameters : null,
    architecture: facts.architecture,
    kind: facts.kind,
    quantization: facts.quantization,
    contextLength: facts.contextLength,
    shape: facts.shape,
  }
}

function fitKey(model: Model): string {
  const { contextLength, kvType } = model.defaults.load
  return [model.name, model.path, model.sizeBytes, contextLength ?? '', kvType ?? ''].join('|')
}

async function askAll(models: readonly Model[]): Promise<void> {
  for (const model of models) asked.add(fitKey(model))
  for (const { contextLength, kvType, members } of groups(models)) {
    for (let start = 0; start < members.length; start += BATCH) {
      const part = members.slice(start, start + BATCH)
      try {
        const { estimates } = await rpc().models.fit({
          candidates: part.map((model) => fitCandidate(model, fitKey(model))),
          contextLength,
          kvType,
        })
        useEstimates.setState(({ known }) => ({
          known: new Map([...known, ...estimates.map((estimate) => [estimate.id, estimate] as const)]),
        }))
      } catch {
        // Asked again when the library changes; a list without its estimates is still a list.
        for (const model of part) asked.delete(fitKey(model))
      }
    }
  }
}

interface Group {
  contextLength: number | null
  kvType: KvType
  members: Model[]
}

/** One call has one context length and one type of cache. */
function groups(models: readonly Model[]): Group[] {
  const all = new Map<string, Group>()
  for (const model of models) {
    const { contextLength = null, kvType = 'f16' } = model.defaults.load
    const key = `${contextLength}/${kvType}`
    const group = all.get(key) ?? { contextLength, kvType, members: [] }
    group.members.push(model)
    all.set(key, group)
  }
  return [...all.values()]
}
