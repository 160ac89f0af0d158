import { constants, open, readdir, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'

/** What a file system tells of a file. Numbers of drives and inodes are text: on Windows they exceed 53 bits. */
export interface FileStats {
  isFile: () => boolean
  isDirectory: () => boolean
  dev: string
  ino: string
  size: number
  mtimeMs: number
  mode: number
  nlink: number
  /** What it takes on the disk; less than `size` where it has holes. */
  allocatedBytes: number
}

/** What is at `path`, links followed; null when nothing is, or it can't be asked. */
export async function statOrNull(path: string): Promise<FileStats | null> {
  const stats = await stat(path, { bigint: true }).catch(() => null)
  return (
    stats && {
      isFile: () => stats.isFile(),
      isDirectory: () => stats.isDirectory(),
      dev: String(stats.dev),
      ino: String(stats.ino),
      size: Number(stats.size),
      mtimeMs: Number(stats.mtimeNs) / 1e6,
      mode: Number(stats.mode),
      nlink: Number(stats.nlink),
      allocatedBytes: Number(stats.blocks) * 512,
    }
  )
}

/** The same on one drive and only there. */
export function inodeOf(stats: Pick<FileStats, 'dev' | 'ino'>): string {
  return `${stats.dev}:${stats.ino}`
}

/** Whether it begins like a GGUF. False for what can't be read. */
export async function isGguf(path: string): Promise<boolean> {
  try {
    // A pipe would keep the reader until someone writes.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      if (!(await file.stat()).isFile()) return false
      const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
      return bytesRead === 4 && buffer.toString('latin1') === 'GGUF'
    } finally {
      await file.close()
    }
  } catch {
    return false
  }
}

/** A small file as text; null when it is missing, no plain file, or larger than `maxBytes`. */
export async function readSmall(path: string, maxBytes: number): Promise<string | null> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stats = await file.stat()
      if (!stats.isFile() || stats.size > maxBytes) return null
      const { bytesRead, buffer } = await file.read(Buffer.alloc(stats.size), 0, stats.size, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}

/** JSON as a plain value; null when it is none. */
export function parseJson(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text) as unknown // nothing is believed of it yet
  } catch {
    return null
  }
}

/** How far a walk goes before it gives up on what is left. */
export interface WalkLimits {
  depth: number
  entries: number
}

/**
 * Paths of the files under a folder, links to files among them. Links to folders are not followed, so that a loop
 * ends; what can't be read is left out.
 */
export async function* walkFiles(folder: string, limits: WalkLimits): AsyncGenerator<string> {
  const budget = { entries: limits.entries }
  yield* walk(folder, limits.depth, budget)
}

async function* walk(folder: string, depth: number, budget: { entries: number }): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (budget.entries-- <= 0) return
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (depth > 1) yield* walk(path, depth - 1, budget)
    } else if (entry.isFile() || entry.isSymbolicLink()) yield path
  }
}

/** Bytes of the files under a folder, 0 when there is none; a file with several names counts once. */
export async function folderBytes(folder: string): Promise<number> {
  const seen = new Set<string>()
  let bytes = 0
  for await (const path of walkFiles(folder, { depth: 32, entries: 1_000_000 })) {
    const stats = await statOrNull(path)
    if (!stats?.isFile() || seen.has(inodeOf(stats))) continue
    seen.add(inodeOf(stats))
    bytes += stats.size
  }
  return bytes
}

/** The nearest folder on the way up that is there. */
export async function existingFolder(path: string): Promise<string> {
  let folder = path
  while ((await statOrNull(folder))?.isDirectory() !== true && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/** Bytes that this user may still write on the drive of `path`. */
export async function freeBytes(path: string): Promise<number> {
  const space = await statfs(await existingFolder(path))
  return space.bavail * space.bsize
}

/** @throws AppError `disk_full` when fewer than `bytes` are free on the drive of `path` */
export async function assertSpace(path: string, bytes: number): Promise<void> {
  const free = await freeBytes(path)
  if (free < bytes) throw diskFull(path, { neededBytes: bytes, freeBytes: free })
}

/** A file system's error in a person's words; others stay as they are. `path` is what was being written. */
export function fileError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const data = { path, file: basename(path) }
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, {}, error)
  if (code === 'EFBIG') {
    return new AppError({
      code: 'file_too_large',
      message: `The drive of ${path} can't hold a file this large.`,
      suggestion: "Choose a folder on another drive; this one's file system allows 4 GB a file.",
      data,
      cause: error,
    })
  }
  if (code === 'EBUSY' || code === 'ETXTBSY') return fileInUse(path, error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AppError({
      code: 'folder_unwritable',
      message: `Hearth can't write to ${path}.`,
      suggestion: 'Choose another folder, or give yourself the right to write there.',
      data,
      cause: error,
    })
  }
  return error
}

export function fileInUse(path: string, cause?: unknown): AppError {
  return new AppError({
    code: 'file_in_use',
    message: `${basename(path)} is in use.`,
    suggestion: 'Unload the model, or close the program that uses it, then try again.',
    data: { path, file: basename(path) },
    cause,
  })
}

function diskFull(path: string, data: Record<string, number>, cause?: unknown): AppError {
  return new AppError({
    code: 'disk_full',
    message: `There is not enough space on the drive of ${path}.`,
    suggestion: 'Free some space, or choose another drive.',
    data: { path, ...data },
    cause,
  })
}
