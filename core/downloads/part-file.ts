import { basename, dirname, join } from 'node:path'
import type { Disk, DiskFile } from './disk.ts'
import { diskError } from './disk-errors.ts'
import type { FileHash, Hasher } from './hasher.ts'
import { type Journal, journalPath, partPath } from './journal.ts'
import { createByteRanges, type ByteRange } from './ranges.ts'

/** `<file>.part` and its journal while a file is fetched. All reject with AppError of the disk. */
export interface PartFile {
  /** Bytes that are written. */
  doneBytes(): number
  doneRanges(): ByteRange[]
  write(pieces: readonly Uint8Array[], position: number): Promise<void>
  /** Forgets all that was fetched, on the disk too. */
  restart(): Promise<void>
  /** Sees to it that everything written survives a power cut, and that the journal says so. */
  flush(): Promise<void>
  /** sha256 of the first `size` bytes, which are all written. */
  digest(size: number): Promise<string>
  close(): Promise<void>
}

export interface PartFileOptions {
  disk: Disk
  hasher: Hasher
  clock: () => number
  target: string
  /** Null while the size is unknown: then nothing can be resumed, so there is no journal. */
  identity: Omit<Journal, 'doneRanges'> | null
  /** What an earlier session left. */
  doneRanges: readonly ByteRange[]
  /** A crash costs at most so many bytes. */
  chunkBytes: number
  onWritten: () => void
}

const SYNC_EVERY_MS = 1000

export async function openPartFile(options: PartFileOptions): Promise<PartFile> {
  const { disk, hasher, clock, target, identity, chunkBytes, onWritten } = options
  const part = partPath(target)
  const done = createByteRanges(options.doneRanges)
  let safeBytes = done.total()
  /** Bytes that are being written. */
  let underWay = 0
  let lastSync = clock()
  let syncing: Promise<void> | null = null
  let failure: unknown = null
  const guard = <T>(promise: Promise<T>): Promise<T> =>
    promise.catch((error: unknown) => {
      throw diskError(error, target)
    })

  const file: DiskFile = await guard(prepare(disk, target, identity?.sizeBytes ?? null))
  let hash: FileHash = hasher.open(part)
  hash.advance(done.prefix())

  /** The order is what makes the journal honest: what it will claim, then the data, then the claim. */
  async function sync(): Promise<void> {
    lastSync = clock()
    const claimed = done.list()
    const claimedBytes = done.total()
    await file.datasync()
    if (identity) await disk.replace(journalPath(target), JSON.stringify({ ...identity, doneRanges: claimed }))
    safeBytes = claimedBytes
  }
  function startSync(): Promise<void> {
    syncing ??= sync()
      .catch((error: unknown) => {
        failure ??= error
      })
      .finally(() => {
        syncing = null
      })
    return syncing
  }
  async function settled(): Promise<void> {
    while (syncing) await syncing
    if (failure !== null) {
      const error = failure
      failure = null
      throw diskError(error, target)
    }
  }

  return {
    doneBytes: () => done.total(),
    doneRanges: () => done.list(),
    async write(pieces, position) {
      const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
      const unsafe = () => done.total() - safeBytes
      // Faster than the disk: a crash must not cost more than a chunk.
      while (unsafe() + underWay > 0 && unsafe() + underWay + bytes > chunkBytes) {
        void startSync()
        await settled()
      }
      underWay += bytes
      try {
        await guard(file.write(pieces, position))
        done.add(position, position + bytes)
      } finally {
        underWay -= bytes
      }
      hash.advance(done.prefix())
      onWritten()
      if (unsafe() >= chunkBytes / 4 || clock() - lastSync >= SYNC_EVERY_MS) void startSync()
      if (failure !== null) await settled()
    },
    async restart() {
      await settled()
      done.clear()
      safeBytes = 0
      hash.close()
      await guard(disk.remove(journalPath(target)))
      await guard(file.truncate(0))
      if (identity) await guard(file.truncate(identity.sizeBytes))
      hash = hasher.open(part)
      onWritten()
    },
    async flush() {
      await settled()
      await startSync()
      await settled()
    },
    digest: (size) => guard(hash.digest(size)),
    async close() {
      hash.close()
      while (syncing) await syncing
      await file.close()
    },
  }
}

/** The part at its full size (sparse where the drive can), without what a crash left of journals. */
async function prepare(disk: Disk, target: string, size: number | null): Promise<DiskFile> {
  const folder = dirname(target)
  await disk.makeFolder(folder)
  const stale = `${basename(journalPath(target))}.`
  for (const { name } of await disk.list(folder)) {
    if (name.startsWith(stale) && name.endsWith('.tmp')) await disk.remove(join(folder, name))
  }
  const file = await disk.open(partPath(target))
  try {
    if (size !== null && (await file.size()) !== size) await file.truncate(size)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}
