import { readdir, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StorageState } from '../../shared/domain/storage.ts'
import { REMOVED_FOLDER } from '../models/removal.ts'
import type { StorageUseDeps } from './deps.ts'
import { existingFolder, folderBytes, inodeOf, statOrNull } from './files.ts'
import { listPartials } from './partials.ts'

type Deps = Pick<StorageUseDeps, 'home' | 'modelsFolder' | 'models' | 'downloads'>

/** What everything takes on the disk; a file that several models or names share counts once. */
export async function measureUse(deps: Deps): Promise<Omit<StorageState, 'freeable'>> {
  const { home, models, downloads } = deps
  const modelsFolder = deps.modelsFolder()
  const drives = new Map<string, StorageState['drives'][number]>()
  for (const path of [modelsFolder, home]) await addDrive(drives, path)

  const seen = new Set<string>()
  let own = 0
  let usedInPlace = 0
  // Own files first: of a file that is ours and another's, our name counts.
  const files = models
    .list()
    // What ships with Hearth is a part of the program.
    .filter((model) => model.origin !== 'starter')
    .flatMap((model) => model.files)
    .toSorted((a, b) => Number(b.owned) - Number(a.owned))
  for (const { path, owned } of files) {
    const stats = await statOrNull(path)
    if (!stats?.isFile() || seen.has(inodeOf(stats))) continue
    seen.add(inodeOf(stats))
    if (owned) {
      own += stats.size
      await addDrive(drives, dirname(path))
      const drive = drives.get(stats.dev)
      if (drive) drive.models += stats.size
    } else usedInPlace += stats.size
  }

  const partial = (await listPartials(modelsFolder, downloads())).reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    drives: [...drives.values()],
    models: own,
    usedInPlace,
    partial,
    removed: await removedBytes(deps, modelsFolder),
    chats: await bytesOf(['', '-wal', '-shm'].map((suffix) => join(home, `hearth.db${suffix}`))),
    backups: (await folderBytes(join(home, 'backups'))) + (await bytesOf(await damagedCopies(home))),
    logs: await folderBytes(join(home, 'logs')),
  }
}

async function addDrive(drives: Map<string, StorageState['drives'][number]>, folder: string): Promise<void> {
  const path = await existingFolder(folder)
  const stats = await statOrNull(path)
  if (!stats || drives.has(stats.dev)) return
  const space = await statfs(path)
  drives.set(stats.dev, {
    path: folder,
    totalBytes: space.blocks * space.bsize,
    freeBytes: space.bavail * space.bsize,
    models: 0,
  })
}

/** Those in the models' folder, and those that wait on other drives. */
async function removedBytes({ models }: Deps, modelsFolder: string): Promise<number> {
  const folder = join(modelsFolder, REMOVED_FOLDER)
  const elsewhere = models.removed().filter(({ path }) => !path.startsWith(folder))
  return (await folderBytes(folder)) + (await bytesOf(elsewhere.map(({ path }) => path)))
}

/** Databases that were put aside because they were damaged. */
async function damagedCopies(home: string): Promise<string[]> {
  const names = await readdir(home).catch(() => [])
  return names.filter((name) => name.startsWith('hearth.damaged-')).map((name) => join(home, name))
}

async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await statOrNull(path))?.size ?? 0))
  return sizes.reduce((sum, size) => sum + size, 0)
}
