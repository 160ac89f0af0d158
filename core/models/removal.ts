import { existsSync } from 'node:fs'
import { mkdir, readdir, realpath, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join, parse, relative, sep } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import type { Desktop } from '../host/host.ts'
import type { Log } from '../lib/log.ts'
import type { ModelStore } from './model-store.ts'

/** Where removed files wait; the name that everyone who lists a models folder leaves out. */
export const REMOVED_FOLDER = '.removed'
/** How long a removed model can be brought back. */
const UNDO_MS = 60_000
/** Another Hearth may use the same models folder: what it put aside just now is left alone. */
const LEFT_OVER_MS = 60 * 60 * 1000

export interface RemovalDeps {
  store: ModelStore
  modelsFolder: () => string
  desktop: Pick<Desktop, 'trash'> | null
  log: Pick<Log, 'warn'>
  now: () => number
  newId: () => string
}

/**
 * Takes models out and brings them back. Only files of our own that no model of the library uses are ever moved:
 * first aside on the same drive, later to the system's trash, or away where there is none.
 */
export interface Removal {
  /** @param release lets go of the files once nobody can find the model any more */
  remove(id: number, release: () => Promise<void>): Promise<string>
  /** @returns the model's id. Throws `not_found` when it is too late. */
  restore(undoId: string, freeName: (name: string) => string): Promise<number>
  /** Each file that waits. */
  waiting(): { name: string; path: string }[]
  /** Drops the removed model that a waiting file belongs to, now. */
  forget(path: string): Promise<void>
  /** Gives up the own files that no model uses any more, after one took the place of another. */
  discardUnused(): Promise<void>
  /** Passes on what an earlier run left behind. */
  passOnLeftOvers(): Promise<void>
  /** Passes on everything that waits. */
  close(): Promise<void>
}

export function createRemoval({ store, modelsFolder, desktop, log, now, newId }: RemovalDeps): Removal {
  const { files } = store
  const timers = new Map<string, NodeJS.Timeout>()
  /** Files change hands one model after the other. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  /** Whether a model of the library uses this very file, maybe by another path. */
  async function isUsed(path: string): Promise<boolean> {
    if (files.users(path).live.length > 0) return true
    const real = await realpath(path).catch(() => null)
    if (real === null) return false
    for (const other of files.livePaths()) {
      if ((await realpath(other).catch(() => null)) === real) return true
    }
    return false
  }

  async function moveAside(path: string, undoId: string): Promise<void> {
    const root = isInside(modelsFolder(), path) ? modelsFolder() : dirname(path)
    const target = freePath(join(root, REMOVED_FOLDER, undoId, basename(path)))
    try {
      await mkdir(dirname(target), { recursive: true })
      await rename(path, target)
      files.move(path, target, path)
    } catch (error) {
      // It stays where it is until it is passed on.
      log.warn({ error, path }, 'a removed file could not be put aside')
    }
  }

  async function passOn(path: string): Promise<void> {
    try {
      if (desktop && existsSync(path)) await desktop.trash(path)
      else await rm(path, { force: true, recursive: true })
    } catch (error) {
      log.warn({ error, path }, 'a removed file could not be passed on')
    }
  }

  /** Files that lost their last model, and the folders that they leave empty. */
  async function discard(): Promise<void> {
    for (const file of files.dropUnused()) {
      if (!file.owned || (await isUsed(file.path))) continue
      await passOn(file.path)
      await removeEmpty(dirname(file.path))
      if (file.movedFrom !== null && isInside(modelsFolder(), file.movedFrom))
        await removeEmpty(dirname(file.movedFrom))
    }
  }

  /** Folders that are empty now, up to the models' folder or the one in which removed files wait. */
  async function removeEmpty(folder: string): Promise<void> {
    for (let at = folder; isInside(modelsFolder(), at) || at.includes(`${sep}${REMOVED_FOLDER}`); at = dirname(at)) {
      try {
        await rmdir(at)
      } catch {
        return
      }
    }
  }

  async function finish(id: number, undoId: string): Promise<void> {
    clearTimeout(timers.get(undoId))
    timers.delete(undoId)
    if (!store.removed().some((removed) => removed.id === id)) return
    store.forget(id)
    await discard()
  }

  async function finishAll(): Promise<void> {
    for (const { id, undoId } of store.removed()) await finish(id, undoId)
  }

  return {
    remove: (id, release) =>
      inTurn(async () => {
        const undoId = newId()
        store.remove(id, undoId, now())
        await release().catch((error: unknown) => log.warn({ error }, 'a removed model is still in memory'))
        for (const file of files.of(id)) {
          if (file.owned && file.movedFrom === null && !(await isUsed(file.path))) await moveAside(file.path, undoId)
        }
        const timer = setTimeout(() => {
          inTurn(() => finish(id, undoId)).catch((error: unknown) => log.warn({ error }, 'a removed model stays'))
        }, UNDO_MS)
        timers.set(undoId, timer.unref())
        return undoId
      }),
    restore: (undoId, freeName) =>
      inTurn(async () => {
        const removed = store.removed().find((one) => one.undoId === undoId)
        if (!removed) {
          throw new AppError({
            code: 'not_found',
            message: 'This model can no longer be brought back.',
            suggestion: 'Look for its files in the trash.',
          })
        }
        clearTimeout(timers.get(undoId))
        timers.delete(undoId)
        for (const file of files.of(removed.id)) {
          if (file.movedFrom === null) continue
          const back = freePath(file.movedFrom)
          await mkdir(dirname(back), { recursive: true })
          await rename(file.path, back).catch((error: unknown) => log.warn({ error }, 'a removed file is gone'))
          files.move(file.path, back, null)
          await removeEmpty(dirname(file.path))
        }
        store.restore(removed.id, freeName(removed.name))
        return removed.id
      }),
    waiting: () =>
      store.removed().flatMap(({ id, name }) =>
        files
          .of(id)
          .filter((file) => file.owned && files.users(file.path).live.length === 0)
          .map(({ path }) => ({ name, path })),
      ),
    forget: (path) =>
      inTurn(async () => {
        for (const { id, undoId } of store.removed()) {
          if (files.of(id).some((file) => file.path === path)) await finish(id, undoId)
        }
      }),
    discardUnused: () => inTurn(discard),
    passOnLeftOvers: () =>
      inTurn(async () => {
        await finishAll()
        const folder = join(modelsFolder(), REMOVED_FOLDER)
        for (const entry of await readdir(folder).catch(() => [])) {
          const path = join(folder, entry)
          const age = now() - ((await stat(path).catch(() => null))?.mtimeMs ?? now())
          if (age > LEFT_OVER_MS) await passOn(path)
        }
        await rmdir(folder).catch(() => {})
      }),
    close: () => inTurn(finishAll),
  }

  /** The path, or the first with a number that neither the disk nor the library has. */
  function freePath(path: string): string {
    const isTaken = (candidate: string) => {
      const { live, removed } = files.users(candidate)
      return existsSync(candidate) || live.length + removed.length > 0
    }
    const { dir, name, ext } = parse(path)
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? path : join(dir, `${name}-${number}${ext}`)
      if (!isTaken(candidate)) return candidate
    }
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && parse(way).root === ''
}
