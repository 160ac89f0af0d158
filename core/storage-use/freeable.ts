import { readdir, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import type { StorageState } from '../../shared/domain/storage.ts'
import type { StorageUseDeps } from './deps.ts'
import type { EqualFinder } from './equal/equal.ts'
import { fileError, fileInUse, inodeOf, statOrNull } from './files.ts'
import { listPartials, openTargets, removePartial } from './partials.ts'
import type { WrittenFiles } from './written-files.ts'

const UNUSED_MS = 60 * 24 * 60 * 60 * 1000

/** One thing that could be freed, and how. */
export interface Freeable {
  shown: StorageState['freeable'][number]
  free: () => Promise<unknown>
}

type Deps = Pick<StorageUseDeps, 'home' | 'modelsFolder' | 'models' | 'downloads' | 'isLoaded' | 'desktop' | 'now'>

/** Everything that could be freed, each once, by its path. */
export async function listFreeable(
  deps: Deps,
  equal: Pick<EqualFinder, 'joinable' | 'makeOneCopy'>,
  written: WrittenFiles,
): Promise<Freeable[]> {
  const all = [
    ...(await partials(deps)),
    ...(await removed(deps)),
    ...(await orphans(deps, written)),
    ...(await unused(deps)),
    ...(await duplicates(equal)),
    ...(await backups(deps.home)),
  ]
  const byPath = new Map<string, Freeable>()
  for (const one of all) if (!byPath.has(one.shown.path)) byPath.set(one.shown.path, one)
  return [...byPath.values()].toSorted((a, b) => b.shown.bytes - a.shown.bytes)
}

async function partials({ modelsFolder, downloads }: Deps): Promise<Freeable[]> {
  const all = await listPartials(modelsFolder(), downloads())
  return all
    .filter((partial) => !partial.queued)
    .map(({ target, name, bytes, changedAt }) => ({
      shown: { kind: 'partial', name, path: target, bytes, lastUsedAt: changedAt },
      free: () => removePartial(target),
    }))
}

async function removed({ models }: Deps): Promise<Freeable[]> {
  const found: Freeable[] = []
  for (const { name, path } of models.removed()) {
    const stats = await statOrNull(path)
    if (!stats?.isFile()) continue
    found.push({
      shown: { kind: 'removed', name, path, bytes: stats.size, lastUsedAt: null },
      free: () => models.forgetRemoved(path),
    })
  }
  return found
}

async function orphans(deps: Deps, written: WrittenFiles): Promise<Freeable[]> {
  const { models, downloads, desktop } = deps
  const modelsFolder = deps.modelsFolder()
  const spoken = new Set([...openTargets(downloads()).keys(), ...models.removed().map(({ path }) => path)])
  const files = await written.orphans({ models: models.list(), downloads: downloads(), modelsFolder, spoken })
  return files.map(({ path, sizeBytes, mtimeMs }) => ({
    shown: { kind: 'orphan', name: relative(modelsFolder, path), path, bytes: sizeBytes, lastUsedAt: mtimeMs },
    async free() {
      // A model may have come to use it while the list was on the screen.
      if (models.list().some((model) => model.files.some((file) => file.path === path))) throw fileInUse(path)
      if (desktop) await desktop.trash(path)
      else await rm(path, { force: true })
      await removeEmpty(dirname(path), modelsFolder)
    },
  }))
}

/** Models that nobody asked for 60 days. What another model shares would give nothing back, so it does not count. */
async function unused({ models, isLoaded, now }: Deps): Promise<Freeable[]> {
  const all = models.list()
  const found: Freeable[] = []
  for (const model of all) {
    const lastUsedAt = model.lastUsedAt ?? model.addedAt
    const old = now() - lastUsedAt > UNUSED_MS
    if (!old || model.origin === 'starter' || model.favourite || isLoaded(model.name)) continue
    const others = new Set(
      all.filter((other) => other !== model).flatMap((other) => other.files.map(({ path }) => path)),
    )
    const seen = new Set<string>()
    let bytes = 0
    for (const { path, owned } of model.files) {
      const stats = owned && !others.has(path) ? await statOrNull(path) : null
      if (!stats || stats.nlink > 1 || seen.has(inodeOf(stats))) continue
      seen.add(inodeOf(stats))
      bytes += stats.size
    }
    if (bytes === 0) continue
    found.push({
      shown: { kind: 'unused', name: model.name, path: model.path, bytes, lastUsedAt: model.lastUsedAt },
      free: () => models.remove(model.name),
    })
  }
  return found
}

async function duplicates(equal: Pick<EqualFinder, 'joinable' | 'makeOneCopy'>): Promise<Freeable[]> {
  return (await equal.joinable()).map(({ sha256, path, bytes }) => ({
    shown: { kind: 'duplicate', name: basename(path), path, bytes, lastUsedAt: null },
    free: () => equal.makeOneCopy(sha256, false),
  }))
}

/** All copies of the database but the newest. */
async function backups(home: string): Promise<Freeable[]> {
  const folder = join(home, 'backups')
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^hearth-\d+\.db$/.test(name)).toSorted()
  const found: Freeable[] = []
  for (const name of names.slice(0, -1)) {
    const path = join(folder, name)
    const stats = await statOrNull(path)
    if (!stats?.isFile()) continue
    found.push({
      shown: { kind: 'backups', name, path, bytes: stats.size, lastUsedAt: stats.mtimeMs },
      free: () => rm(path, { force: true }),
    })
  }
  return found
}

/** Frees the one with this path; no other path is ever touched. Throws `not_found`, `file_in_use`. */
export async function freeOne(all: readonly Freeable[], path: string): Promise<void> {
  const one = all.find(({ shown }) => shown.path === path)
  if (!one) {
    throw new AppError({
      code: 'not_found',
      message: `${path} is not among what could be freed.`,
      suggestion: 'Look at the list again: it may be gone or in use by now.',
    })
  }
  try {
    await one.free()
  } catch (error) {
    throw fileError(error, path)
  }
}

async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let at = folder; at.startsWith(root + sep); at = dirname(at)) {
    try {
      await rmdir(at)
    } catch {
      return
    }
  }
}
