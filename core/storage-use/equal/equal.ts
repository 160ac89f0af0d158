import { AppError } from '../../../shared/domain/errors.ts'
import type { EqualFiles, OneCopy, WorkProgress } from '../../../shared/domain/storage.ts'
import type { StorageUseDeps } from '../deps.ts'
import type { Found } from '../others/finder.ts'
import { withProgress } from '../progress.ts'
import { type Candidate, listCandidates } from './candidates.ts'
import { createSharing, describeEqual, type Hashed, planLinks } from './groups.ts'
import { linkEqual, unlinkEqual } from './one-copy.ts'
import { createRecords, recoverRecords } from './records.ts'

/** Finds model files with the same bytes, and lets them share one copy. */
export interface EqualFinder {
  /** Hashes what could be equal and was not hashed yet. */
  findEqual(signal?: AbortSignal): AsyncGenerator<WorkProgress | { equal: EqualFiles[] }, void, void>
  /** Throws `not_found`, `forbidden` when others would be touched without `touchOthers`, and as `linkEqual`. */
  makeOneCopy(sha256: string, touchOthers: boolean): Promise<OneCopy>
  undoOneCopy(undoId: string): Promise<void>
  /** What our own files alone would give back, as far as hashes are known already. */
  joinable(): Promise<{ sha256: string; path: string; bytes: number }[]>
}

type Deps = Pick<StorageUseDeps, 'home' | 'models' | 'hashFile' | 'newId' | 'log'>

export function createEqualFinder(
  deps: Deps & { findOthers: () => Promise<Found[]>; isBusy: (path: string) => boolean },
): EqualFinder {
  const { models, log } = deps
  const records = createRecords(deps.home)
  const recovered = recoverRecords(records).catch((error: unknown) => log.warn({ error }, 'one copy: recovery'))
  const linkDeps = { ...deps, records }
  const hashes = new Map<string, string>()
  /** Two that replace files at once would undo each other's checks. */
  let last: Promise<unknown> = recovered
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }

  const known = (file: Candidate) => hashes.get(keyOf(file)) ?? file.sha256
  const candidates = async () => listCandidates(models, await deps.findOthers())
  const sharing = async () => createSharing(await records.list())

  async function hashAll(files: readonly Candidate[], onBytes: (bytes: number) => void, signal: AbortSignal) {
    for (const file of files) {
      signal.throwIfAborted()
      try {
        const sha256 = await deps.hashFile(file.real, onBytes, signal)
        hashes.set(keyOf(file), sha256)
        if (file.libraryPath !== null) models.setFileHash(file.libraryPath, sha256)
      } catch (error) {
        signal.throwIfAborted()
        // Gone meanwhile, or not ours to read: then it has no equal.
        log.warn({ error }, 'equal files: not read')
      }
    }
  }

  function hashed(files: readonly Candidate[]): Map<string, Hashed[]> {
    const bySum = new Map<string, Hashed[]>()
    for (const file of files) {
      const sha256 = known(file)
      if (sha256 !== null) bySum.set(sha256, [...(bySum.get(sha256) ?? []), { ...file, sha256 }])
    }
    return bySum
  }

  async function describe(files: readonly Candidate[]): Promise<EqualFiles[]> {
    const shared = await sharing()
    return [...hashed(files).values()]
      .flatMap((group) => describeEqual(group, shared) ?? [])
      .toSorted((a, b) => b.regainBytes - a.regainBytes)
  }

  return {
    async *findEqual(signal) {
      await recovered
      const files = sameSize(await candidates(), await sharing())
      const unread = files.filter((file) => known(file) === null)
      yield* withProgress(async (report, stop) => {
        report.total(unread.reduce((sum, file) => sum + file.stats.size, 0))
        await hashAll(unread, report.add, stop)
      }, signal)
      yield { equal: await describe(files) }
    },
    makeOneCopy: (sha256, touchOthers) =>
      inTurn(async () => {
        const group = hashed(await candidates()).get(sha256) ?? []
        const shared = await sharing()
        const plans = planLinks(group, shared, touchOthers)
        if (plans.length === 0) {
          const wouldTouch = planLinks(group, shared, true).length > 0
          throw wouldTouch ? belongsToOthers() : nothingEqual()
        }
        const results: OneCopy[] = []
        for (const plan of plans) {
          try {
            results.push(await linkEqual(deps.newId(), plan, linkDeps))
          } catch (error) {
            // What was done on one drive stands, and can be undone, when another refuses.
            if (results.length === 0) throw error
            log.warn({ error }, 'one copy: a drive was left out')
          }
        }
        return joined(results)
      }),
    undoOneCopy: (undoId) =>
      inTurn(async () => {
        for (const id of undoId.split(',')) await unlinkEqual(await records.get(id), linkDeps)
      }),
    async joinable() {
      await recovered
      const shared = await sharing()
      return [...hashed(await listCandidates(models, [])).values()].flatMap((group) =>
        planLinks(group, shared, false).flatMap(({ keeper, replaced }) => {
          const path = replaced[0]?.[0]?.path
          const bytes = replaced.length * keeper.stats.size
          return path === undefined ? [] : [{ sha256: keeper.sha256, path, bytes }]
        }),
      )
    },
  }
}

/** Links don't cross drives: each drive has its own record, told as one. */
function joined(results: readonly OneCopy[]): OneCopy {
  return {
    undoId: results.map((result) => result.undoId).join(','),
    regainedBytes: results.reduce((sum, result) => sum + result.regainedBytes, 0),
    how: results.every((result) => result.how === 'reflink') ? 'reflink' : 'hardLink',
    files: results.flatMap((result) => result.files),
  }
}

/** Changes with what is in the file, as far as can be seen from outside. */
function keyOf({ real, stats }: Candidate): string {
  return JSON.stringify([real, stats.size, stats.mtimeMs, stats.ino])
}

/** Those that are as long as another one whose bytes lie elsewhere. */
function sameSize(files: readonly Candidate[], sharing: (file: Candidate) => string): Candidate[] {
  const places = new Map<number, Set<string>>()
  for (const file of files) {
    places.set(file.stats.size, (places.get(file.stats.size) ?? new Set()).add(sharing(file)))
  }
  return files.filter((file) => (places.get(file.stats.size)?.size ?? 0) > 1)
}

function belongsToOthers(): AppError {
  return new AppError({
    code: 'forbidden',
    message: 'These files belong to other programs.',
    suggestion: 'They stay as they are unless you say that Hearth may put links in their place.',
  })
}

function nothingEqual(): AppError {
  return new AppError({
    code: 'not_found',
    message: 'There are no equal files left to join.',
    suggestion: 'Look for equal files again.',
  })
}
