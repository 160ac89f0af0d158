import { toErrorInfo } from '../../shared/domain/errors.ts'
import type { Model, ModelFile, ModelSource, ModelUpdate } from '../../shared/domain/models.ts'
import type { Newest } from '../hubs/hubs.ts'
import { weightsOf } from './model-store.ts'

/** What the hub has now of a repository and variant; null when it no longer has it. */
export type AskNewest = (source: ModelSource) => Promise<Newest | null>

/** A hub counts requests. */
const AT_ONCE = 4

/** Asks for each model whether its hub has something newer; a model that came from nowhere is `unknown`. */
export async function findUpdates(
  models: readonly Pick<Model, 'name' | 'source' | 'files'>[],
  askNewest: AskNewest,
): Promise<ModelUpdate[]> {
  const found = new Map<string, ModelUpdate>()
  const queue = models.values()
  const worker = async () => {
    for (const model of queue) found.set(model.name, await findUpdate(model, askNewest))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return models.flatMap((model) => found.get(model.name) ?? [])
}

async function findUpdate(
  { name, source, files }: Pick<Model, 'name' | 'source' | 'files'>,
  askNewest: AskNewest,
): Promise<ModelUpdate> {
  const unknown: ModelUpdate = { name, state: 'unknown', revision: null, sizeBytes: null, error: null }
  if (source === null) return unknown
  try {
    const newest = await askNewest(source)
    if (newest === null) return { ...unknown, state: 'gone' }
    return {
      name,
      state: compare(weightsOf(files), newest, newest.revision === source.revision),
      revision: newest.revision,
      sizeBytes: newest.sizeBytes,
      error: null,
    }
  } catch (error) {
    const info = toErrorInfo(error)
    return { ...unknown, state: info.code === 'hub_not_found' ? 'gone' : 'unknown', error: info }
  }
}

function compare(
  ours: readonly Pick<ModelFile, 'sizeBytes' | 'sha256'>[],
  { sha256, sizeBytes }: Newest,
  sameRevision: boolean,
): ModelUpdate['state'] {
  if (ours.length !== sha256.length) return 'newer'
  const same = ours.map((own, index) => {
    const theirs = sha256[index] ?? null
    return own.sha256 === null || theirs === null ? null : own.sha256 === theirs.toLowerCase()
  })
  if (same.includes(false)) return 'newer'
  if (!same.includes(null)) return 'current'
  // Without hashes: another size says newer, the same size says nothing unless the commit is the same too.
  const ourBytes = ours.reduce((sum, own) => sum + own.sizeBytes, 0)
  if (sizeBytes !== null && sizeBytes !== ourBytes) return 'newer'
  return sameRevision ? 'current' : 'unknown'
}
