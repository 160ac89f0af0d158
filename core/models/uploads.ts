import { statSync } from 'node:fs'
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'
import { MARGIN_BYTES } from '../downloads/space.ts'
import { writeHashed } from '../storage-use/copy-hashed.ts'
import { assertSpace as assertFree, fileError, statOrNull } from '../storage-use/files.ts'

/** Where files lie that programs sent and no model uses yet; nothing else is ever in it. */
const FOLDER = '.uploads'
const UNUSED_MS = 24 * 60 * 60 * 1000
/** Others write to the same drive meanwhile. */
const LOOK_AGAIN_BYTES = 64 << 20

/** A file by what is in it. */
export interface KnownFile {
  path: string
  sizeBytes: number
  /** Lower-case hex. */
  sha256: string
  /** Sent by a program, and no model's yet: whoever makes a model of it takes it away. */
  uploaded: boolean
  /** Ours to delete. */
  owned: boolean
}

/** Files that programs send before they make a model of them, each known by its hash. */
export interface Uploads {
  /** A whole file with that hash, sent or a model's own; undefined when there is none. */
  find(sha256: string): KnownFile | undefined
  /**
   * Writes what is sent aside, and keeps it if it has that hash. What fails or stops leaves nothing behind.
   *
   * @param sizeBytes how much will come; null when it is not said
   * @throws AppError `hash_mismatch` (data: sha256, what it really has), `disk_full`, `folder_unwritable`; and what
   *   `pieces` throws
   */
  receive(sha256: string, pieces: AsyncIterable<Uint8Array>, sizeBytes: number | null): Promise<void>
  /** Removes what nobody made a model of within a day, and what a crash left. */
  clean(): Promise<void>
}

export interface UploadsDeps {
  modelsFolder: () => string
  models: { list(): Model[] }
  newId: () => string
  now: () => number
  /** Throws `disk_full` when the drive of a path has less than so many bytes left. */
  assertSpace?: (path: string, bytes: number) => Promise<void>
}

export function createUploads({ modelsFolder, models, newId, now, assertSpace = assertFree }: UploadsDeps): Uploads {
  const folder = () => join(modelsFolder(), FOLDER)
  const place = (sha256: string) => join(folder(), `sha256-${sha256}`)

  async function removeOld(): Promise<void> {
    for (const name of await readdir(folder()).catch(() => [])) {
      const path = join(folder(), name)
      const stats = await statOrNull(path)
      if (stats && now() - stats.mtimeMs > UNUSED_MS) await rm(path, { force: true })
    }
  }

  /** Stops before the drive is full: a database that can't grow is worse than a model that is not taken in. */
  async function* watchingSpace(pieces: AsyncIterable<Uint8Array>) {
    let unseen = 0
    for await (const piece of pieces) {
      unseen += piece.byteLength
      if (unseen >= LOOK_AGAIN_BYTES) {
        unseen = 0
        await assertSpace(folder(), MARGIN_BYTES)
      }
      yield piece
    }
  }

  return {
    find(sha256) {
      const uploaded = sizeOf(place(sha256))
      if (uploaded !== null) return { path: place(sha256), sizeBytes: uploaded, sha256, uploaded: true, owned: true }
      // A file that lies elsewhere may be changed by its owner at any time.
      const own = models
        .list()
        .flatMap(({ files, origin }) => files.filter(({ owned }) => owned || origin === 'starter'))
        .find((file) => file.sha256 === sha256 && sizeOf(file.path) === file.sizeBytes)
      return own && { path: own.path, sizeBytes: own.sizeBytes, sha256, uploaded: false, owned: own.owned }
    },
    async receive(sha256, pieces, sizeBytes) {
      const target = join(folder(), `${newId()}.incoming`)
      try {
        await assertSpace(folder(), (sizeBytes ?? 0) + MARGIN_BYTES)
        await removeOld()
        await mkdir(folder(), { recursive: true })
        const written = await writeHashed(watchingSpace(pieces), target, () => {})
        if (written.sha256 !== sha256) throw mismatch(sha256, written.sha256)
        await rename(target, place(sha256))
      } catch (error) {
        throw fileError(error, folder())
      } finally {
        await rm(target, { force: true })
      }
    },
    async clean() {
      await removeOld()
      await rmdir(folder()).catch(() => {})
    },
  }
}

function sizeOf(path: string): number | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isFile() ? found.size : null
  } catch {
    return null
  }
}

function mismatch(wanted: string, found: string): AppError {
  return new AppError({
    code: 'hash_mismatch',
    message: `digest mismatch, expected "sha256:${wanted}", got "sha256:${found}"`,
    suggestion: 'Send the file again.',
    data: { sha256: found },
  })
}
