import { constants } from 'node:fs'
import {
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomically } from '../lib/write-file.ts'

/** A file that is being written. */
export interface DiskFile {
  /** Writes all of it, one piece after the other, from `position` on. */
  write(pieces: readonly Uint8Array[], position: number): Promise<void>
  truncate(size: number): Promise<void>
  size(): Promise<number>
  /** What was written so far survives a power cut once this resolves. */
  datasync(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** What downloads do with the disk. All reject with the file system's errors. */
export interface Disk {
  /** Opens for writing, makes it if it is not there, keeps what is in it. */
  open(path: string): Promise<DiskFile>
  makeFolder(path: string): Promise<void>
  /** Bytes of a file; null when nothing is there. */
  size(path: string): Promise<number | null>
  /** Text of a small file; null when it is not there. */
  read(path: string): Promise<string | null>
  /** Replaces a small file whole or not at all. */
  replace(path: string, text: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Deletes a file; one that is not there is fine. */
  remove(path: string): Promise<void>
  /** Deletes a folder if it is empty. Tells whether it did. */
  removeEmptyFolder(path: string): Promise<boolean>
  /** The same bytes at another place without a second copy where the file system can; else copied. */
  clone(from: string, to: string): Promise<void>
  /** Names in a folder; none when it is not there. */
  list(folder: string): Promise<{ name: string; folder: boolean }[]>
  /** Bytes that may be written on the drive of a folder (which need not exist yet), and a mark of that drive. */
  space(folder: string): Promise<{ freeBytes: number; drive: number }>
  /** Makes names in a folder survive a power cut. */
  syncFolder(path: string): Promise<void>
}

export const disk: Disk = {
  async open(path) {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644)
    return {
      async write(pieces, position) {
        let left = [...pieces]
        let at = position
        while (left.length > 0) {
          const { bytesWritten } = await file.writev(left, at)
          at += bytesWritten
          left = without(left, bytesWritten)
        }
      },
      truncate: (size) => file.truncate(size),
      size: async () => (await file.stat()).size,
      datasync: () => file.datasync(),
      sync: () => file.sync(),
      close: () => file.close(),
    }
  },
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
  size: async (path) => (await orNull(stat(path)))?.size ?? null,
  read: (path) => orNull(readFile(path, 'utf8')),
  replace: writeFileAtomically,
  rename,
  remove: (path) => rm(path, { force: true }),
  removeEmptyFolder: (path) =>
    rmdir(path).then(
      () => true,
      () => false,
    ),
  async clone(from, to) {
    await rm(to, { force: true })
    try {
      await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE)
    } catch {
      await rm(to, { force: true })
      await link(from, to).catch(() => copyFile(from, to))
    }
  },
  async list(folder) {
    const entries = await orNull(readdir(folder, { withFileTypes: true }))
    return (entries ?? []).map((entry) => ({ name: entry.name, folder: entry.isDirectory() }))
  },
  async space(folder) {
    const existing = await nearestFolder(folder)
    const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(existing), stat(existing)])
    return { freeBytes: bavail * bsize, drive: dev }
  },
  async syncFolder(path) {
    // Windows has no such thing, and some network drives refuse.
    const folder = await open(path, 'r').catch(() => null)
    try {
      await folder?.sync().catch(() => {})
    } finally {
      await folder?.close()
    }
  },
}

async function nearestFolder(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    if (await orNull(lstat(at))) return at
    if (dirname(at) === at) return at
  }
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null
    throw error
  }
}

/** Pieces without their first bytes. */
function without(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes
  return pieces.flatMap((piece) => {
    const skipped = Math.min(skip, piece.byteLength)
    skip -= skipped
    return skipped === piece.byteLength ? [] : [piece.subarray(skipped)]
  })
}

/** `ENOSPC` and the like; null for what is no error of the file system. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Every folder from `folder` up to, but without, `top`; nearest first. */
export function foldersUpTo(folder: string, top: string): string[] {
  const folders: string[] = []
  for (let at = folder; at !== top && dirname(at) !== at && at.startsWith(join(top, '/')); at = dirname(at))
    folders.push(at)
  return folders
}
