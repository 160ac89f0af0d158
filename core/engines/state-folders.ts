import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Model } from '../../shared/domain/models.ts'
import type { LoadOptions, StateCacheOptions } from '../../shared/process/engine.ts'

/** Part of all memory that the states of one model may take. */
const PART_OF_MEMORY = 1 / 16
const MOST_MEMORY_BYTES = 2e9

/** Folders of kept states, one for each model with its settings. */
export interface StateFolders {
  /** Where a model keeps them and how much it may keep, after the oldest of others gave way. */
  optionsFor(model: Model, options: Omit<LoadOptions, 'stateCache'>): Promise<StateCacheOptions>
  /** Erases what was kept of one chat, or all, in the folders that no engine holds. */
  forget(cacheKey: string | null): Promise<void>
}

/**
 * @param home the data folder
 * @param budget bytes on disk of all models together
 * @param used folders that engines hold
 */
export function createStateFolders(deps: {
  home: string
  budget: () => number
  totalMemory: () => number
  used: () => string[]
}): StateFolders {
  const root = join(deps.home, 'states')
  const folders = async () => {
    const names = await readdir(root).catch(() => [])
    return Promise.all(names.map(async (name) => measure(join(root, name))))
  }
  return {
    async optionsFor(model, options) {
      const folder = join(root, stateKey(model, options))
      const used = deps.used()
      let others = (await folders()).filter(({ path }) => path !== folder)
      const bytes = () => others.reduce((sum, other) => sum + other.bytes, 0)
      // Half of the budget is for the model that is used now.
      const idle = others.filter(({ path }) => !used.includes(path)).toSorted((a, b) => a.usedAt - b.usedAt)
      for (const oldest of idle) {
        if (bytes() <= deps.budget() / 2) break
        await rm(oldest.path, { recursive: true, force: true })
        others = others.filter((other) => other !== oldest)
      }
      return {
        folder,
        memoryBytes: Math.min(MOST_MEMORY_BYTES, Math.round(deps.totalMemory() * PART_OF_MEMORY)),
        diskBytes: Math.max(0, Math.round(deps.budget() - bytes())),
      }
    },
    async forget(cacheKey) {
      const used = deps.used()
      const rest = (await folders()).filter(({ path }) => !used.includes(path))
      await Promise.all(
        rest.map(({ path }) =>
          cacheKey === null ? rm(path, { recursive: true, force: true }) : forgetIn(path, cacheKey),
        ),
      )
    },
  }
}

/** All on which the bytes of a state depend: the file as it is now, and how it is computed. */
function stateKey(model: Model, options: Omit<LoadOptions, 'stateCache'>): string {
  const weights = model.files.find(({ path }) => path === model.path)
  const { contextLength: _context, slots: _slots, template: _template, toolStyle: _tools, ...computed } = options
  const { decodeThreads: _decode, batchThreads: _batch, decodeBatchMax: _max, path: _path, ...rest } = computed
  const facts = [weights?.sha256 ?? null, fileMark(model.path), rest]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)
}

/** A state lies beside a description of the same name (engine/states/state-folder.ts). */
async function forgetIn(folder: string, cacheKey: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const keys = await keysIn(join(folder, name))
    // What can't be read belongs to nobody: the engine would drop it too.
    if (keys !== null && !keys.includes(cacheKey)) continue
    await rm(join(folder, `${name.slice(0, -'.json'.length)}.state`), { force: true })
    await rm(join(folder, name), { force: true })
  }
}

const Description = z.object({ cacheKeys: z.array(z.string()) })

async function keysIn(path: string): Promise<string[] | null> {
  try {
    return Description.parse(JSON.parse(await readFile(path, 'utf8'))).cacheKeys
  } catch {
    return null
  }
}

function fileMark(path: string): [number, number] | null {
  try {
    const { size, mtimeMs } = statSync(path)
    return [size, mtimeMs]
  } catch {
    return null
  }
}

async function measure(path: string): Promise<{ path: string; bytes: number; usedAt: number }> {
  const names = await readdir(path).catch(() => [])
  const files = await Promise.all(names.map((name) => stat(join(path, name)).catch(() => null)))
  return {
    path,
    bytes: files.reduce((sum, file) => sum + (file?.size ?? 0), 0),
    usedAt: Math.max(0, ...files.map((file) => file?.mtimeMs ?? 0)),
  }
}
