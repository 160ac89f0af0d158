import { basename } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import type { DownloadPlan, Http, Located, PlannedFile } from '../hubs/hub.ts'
import { createAddress, type Address } from './address.ts'
import type { Disk } from './disk.ts'
import { diskError } from './disk-errors.ts'
import { fetchPiece, fetchWhole, type FetchDeps } from './fetch-body.ts'
import type { Hasher } from './hasher.ts'
import { type Journal, journalPath, partPath, readJournal, sameContent } from './journal.ts'
import { mayPass, networkError, RangesIgnoredError, StaleAddressError } from './network-errors.ts'
import { openPartFile, type PartFile } from './part-file.ts'
import { createPieces, missingRanges } from './pieces.ts'
import { placeFile } from './place.ts'
import { lockTarget } from './target-lock.ts'

export interface TransferDeps {
  http: Http
  disk: Disk
  hasher: Hasher
  locate(plan: DownloadPlan, file: PlannedFile, signal: AbortSignal): Promise<Located>
  connections: () => number
  /** Milliseconds to wait after so many bytes came, for the speed limit. */
  delay(bytes: number): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  clock: () => number
  now: () => number
  /** Longest silence of a server; milliseconds. */
  silenceMs: number
  /** Longest piece that one connection fetches; absent: by the size of the file. */
  chunkBytes?: number | undefined
}

export interface TransferProgress {
  state: 'locating' | 'downloading' | 'verifying'
  doneBytes: number
  sizeBytes: number | null
}

export interface Transferred {
  sizeBytes: number
  sha256: string
}

interface Transfer {
  deps: TransferDeps
  plan: DownloadPlan
  file: PlannedFile
  target: string
  signal: AbortSignal
  onProgress: (progress: TransferProgress) => void
}

/** In a row, without much coming between them. */
const ATTEMPTS = 6
/** Who sends less between two failures has not recovered: a byte a minute is no progress. */
export const WORTH_BYTES = 65_536
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8000
const SMALLEST_CHUNK = 8 << 20
const LARGEST_CHUNK = 64 << 20
const LARGEST_BATCH = 1 << 20

/**
 * Fetches one file to `target`, going on where an earlier session ended. There is no file of that name before its
 * hash (or, where the hub tells none, its size) was found right. When it rejects, what was fetched is kept, except
 * after `download_changed` and `hash_mismatch`.
 *
 * @throws AppError of network and disk; the signal's reason
 */
export async function transferFile(transfer: Transfer): Promise<Transferred> {
  const { deps, plan, file, target, signal, onProgress } = transfer
  onProgress({ state: 'locating', doneBytes: 0, sizeBytes: file.sizeBytes })
  await deps.disk.makeFolder(folderOf(target)).catch((error: unknown) => {
    throw diskError(error, target)
  })
  const lock = lockTarget(target)
  let part: PartFile | null = null
  try {
    const address = createAddress(
      () => deps.locate(plan, file, signal),
      (located) => assertSame(transfer, located),
      deps.now,
    )
    const found = await address.current().catch(async (error: unknown) => {
      if (error instanceof AppError && error.code === 'download_changed') await discard(deps.disk, target)
      throw error
    })
    const sizeBytes = found.sizeBytes ?? file.sizeBytes
    const sha256 = found.sha256 ?? file.sha256
    const identity = sizeBytes === null ? null : { ...identityOf(transfer), sizeBytes, sha256 }
    const chunkBytes = deps.chunkBytes ?? chunkFor(sizeBytes, deps.connections())
    part = await openPartFile({
      disk: deps.disk,
      hasher: deps.hasher,
      clock: deps.clock,
      target,
      identity,
      doneRanges: identity ? await leftBefore(deps.disk, target, identity) : [],
      chunkBytes,
      onWritten: () => onProgress({ state: 'downloading', doneBytes: part?.doneBytes() ?? 0, sizeBytes }),
    })
    const open = part
    onProgress({ state: 'downloading', doneBytes: open.doneBytes(), sizeBytes })
    let result: Transferred
    try {
      result = await fetchVerified(transfer, open, address, { sizeBytes, sha256, chunkBytes })
      await open.flush()
    } catch (error) {
      // What came so far need not come again. The first error is the one to tell.
      await open.flush().catch(() => {})
      throw error
    }
    await open.close()
    part = null
    await placeFile(deps.disk, target, (ms) => deps.sleep(ms))
    return result
  } catch (error) {
    await part?.close()
    part = null
    if (error instanceof AppError && (error.code === 'hash_mismatch' || error.code === 'download_changed')) {
      await discard(deps.disk, target)
    }
    throw error
  } finally {
    lock.release()
  }
}

interface Wanted {
  sizeBytes: number | null
  sha256: string | null
  chunkBytes: number
}

/** All bytes, and the hash found right; fetched a second time from the beginning when it was not. */
async function fetchVerified(transfer: Transfer, part: PartFile, address: Address, wanted: Wanted) {
  for (let attempt = 1; ; attempt++) {
    const sizeBytes = await fetchAll(transfer, part, address, wanted)
    transfer.onProgress({ state: 'verifying', doneBytes: sizeBytes, sizeBytes })
    const sha256 = await part.digest(sizeBytes)
    transfer.signal.throwIfAborted()
    if (wanted.sha256 === null || sha256 === wanted.sha256) return { sizeBytes, sha256 }
    const file = basename(transfer.target)
    if (attempt === 2) {
      throw new AppError({
        code: 'hash_mismatch',
        message: `${file} arrived damaged, twice.`,
        suggestion: 'What was fetched is not what the hub says it should be. Try again later, or take another hub.',
        data: { file },
      })
    }
    await part.restart()
  }
}

/** Returns the size of the file. */
async function fetchAll(transfer: Transfer, part: PartFile, address: Address, wanted: Wanted): Promise<number> {
  const { sizeBytes } = wanted
  if (sizeBytes === null) return fetchStream(transfer, part, address, null)
  try {
    await fetchRanges(transfer, part, address, sizeBytes, wanted.chunkBytes)
    return sizeBytes
  } catch (error) {
    if (!(error instanceof RangesIgnoredError)) throw error
    await part.restart()
    return fetchStream(transfer, part, address, sizeBytes)
  }
}

async function fetchRanges(
  transfer: Transfer,
  part: PartFile,
  address: Address,
  sizeBytes: number,
  chunkBytes: number,
): Promise<void> {
  const pieces = createPieces(missingRanges(part.doneRanges(), sizeBytes), chunkBytes)
  const stop = new AbortController()
  const signal = AbortSignal.any([transfer.signal, stop.signal])
  const deps = fetchDeps(transfer, part, chunkBytes, signal)

  async function connect(): Promise<void> {
    let failures = 0
    for (;;) {
      const piece = pieces.take()
      if (!piece) return
      const before = piece.next
      try {
        await withAddress(address, (located) => fetchPiece(deps, located, piece, sizeBytes))
        failures = 0
      } catch (error) {
        if (signal.aborted || !mayPass(error)) throw error
        failures = piece.next - before >= WORTH_BYTES ? 1 : failures + 1
        if (failures >= ATTEMPTS) throw networkError(error, '')
        pieces.putBack(piece)
        await transfer.deps.sleep(pauseAfter(failures), signal)
      } finally {
        pieces.putBack(piece)
      }
    }
  }
  await together(transfer, stop, connect)
}

/** Runs one `connect` for each connection; the first that fails ends the others. */
async function together(transfer: Transfer, stop: AbortController, connect: () => Promise<void>): Promise<void> {
  let first: { error: unknown } | null = null
  const connections = Array.from({ length: Math.max(1, transfer.deps.connections()) }, () =>
    connect().catch((error: unknown) => {
      first ??= { error }
      stop.abort()
    }),
  )
  await Promise.all(connections)
  transfer.signal.throwIfAborted()
  if (first) throw (first as { error: unknown }).error // assigned in a callback, which narrowing does not see
}

async function fetchStream(transfer: Transfer, part: PartFile, address: Address, size: number | null): Promise<number> {
  for (let failures = 1; ; failures++) {
    try {
      const deps = fetchDeps(transfer, part, LARGEST_CHUNK, transfer.signal)
      return await withAddress(address, (located) => fetchWhole(deps, located, size))
    } catch (error) {
      if (transfer.signal.aborted || !mayPass(error)) throw error
      if (failures >= ATTEMPTS) throw networkError(error, '')
      await part.restart()
      await transfer.deps.sleep(pauseAfter(failures), transfer.signal)
    }
  }
}

async function withAddress<T>(address: Address, request: (located: Located) => Promise<T>): Promise<T> {
  const located = await address.current()
  try {
    return await request(located)
  } catch (error) {
    if (error instanceof StaleAddressError) address.refused(located)
    throw error
  }
}

function fetchDeps({ deps }: Transfer, part: PartFile, chunkBytes: number, signal: AbortSignal): FetchDeps {
  const { http, delay, sleep, clock, silenceMs, connections } = deps
  // All connections together hold back so little that a crash costs less than a chunk.
  const batchBytes = Math.min(LARGEST_BATCH, chunkBytes / (4 * connections()))
  return { http, sink: part, delay, sleep, clock, batchBytes, silenceMs, signal }
}

function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
}

function chunkFor(size: number | null, connections: number): number {
  return Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, Math.ceil((size ?? 0) / (connections * 4))))
}

function identityOf({ plan, file }: Transfer): Pick<Journal, 'app' | 'source'> {
  const { hub, repo, revision } = plan.source
  return { app: 'hearth', source: { hub, repo, revision, path: file.path } }
}

/** Whether the hub still has the bytes that were planned: by hash where it tells one, else by commit and size. */
function assertSame(transfer: Transfer, located: Located): void {
  const { plan, file } = transfer
  const otherSize = located.sizeBytes !== null && file.sizeBytes !== null && located.sizeBytes !== file.sizeBytes
  const other =
    located.sha256 !== null && file.sha256 !== null
      ? located.sha256 !== file.sha256
      : located.revision !== null && located.revision !== plan.source.revision
  if (!other && !otherSize) return
  throw new AppError({
    code: 'download_changed',
    message: `${basename(file.path)} was replaced at the hub while it was being fetched.`,
    suggestion: 'The old part was thrown away. Start it again to get the new file.',
    data: { file: basename(file.path) },
  })
}

/** What may be kept of an earlier session; what is of other bytes is thrown away. */
async function leftBefore(disk: Disk, target: string, identity: Omit<Journal, 'doneRanges'>) {
  const journal = await readJournal(disk, target)
  const partBytes = await disk.size(partPath(target))
  if (journal && partBytes === identity.sizeBytes && sameContent(journal, identity)) {
    return journal.doneRanges.filter(([start, end]) => start < end && end <= identity.sizeBytes)
  }
  await discard(disk, target)
  return []
}

async function discard(disk: Disk, target: string): Promise<void> {
  // First the claim, then what it claims.
  await disk.remove(journalPath(target))
  await disk.remove(partPath(target))
}

function folderOf(target: string): string {
  return target.slice(0, target.length - basename(target).length)
}
