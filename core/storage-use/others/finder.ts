import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import type { OtherApp } from '../../../shared/domain/storage.ts'
import { inodeOf, isGguf, statOrNull, walkFiles, type WalkLimits } from '../files.ts'

/** A model file as a program's own records tell of it. */
export interface Found {
  app: OtherApp
  /** As that program names it. */
  name: string
  path: string
  sizeBytes: number
  sha256: string | null
  /** A name for the library, where the file's own says nothing. */
  suggestedName: string | null
}

/** What one look around found; each file once, though several records or links lead to it. */
export interface Finder {
  /** Takes a record's file in if it is a whole GGUF that can be loaded. `expectedBytes`: what the record claims. */
  take(found: Omit<Found, 'sizeBytes'> & { expectedBytes?: number | undefined }): Promise<void>
  /** A record that makes no sense, or whose file is gone. */
  skip(): void
  found(): Found[]
  skipped(): number
}

export function createFinder(): Finder {
  const found: Found[] = []
  const seen = new Set<string>()
  let skipped = 0
  return {
    skip: () => void skipped++,
    found: () => found,
    skipped: () => skipped,
    async take({ expectedBytes, ...record }) {
      const stats = await statOrNull(record.path)
      const inode = stats && inodeOf(stats)
      if (inode !== null && seen.has(inode)) return
      const whole = stats?.isFile() === true && (expectedBytes === undefined || stats.size === expectedBytes)
      if (!whole || inode === null || !(await isGguf(record.path))) {
        skipped++
        return
      }
      seen.add(inode)
      found.push({ ...record, sizeBytes: stats.size })
    },
  }
}

/**
 * Whether a file is named like weights that can be loaded: not a projector, an imatrix or an adapter, and of a model
 * in several files only the first.
 */
export function isWeightsName(fileName: string): boolean {
  const name = fileName.toLowerCase()
  if (!name.endsWith('.gguf')) return false
  if (/mmproj|imatrix|(^|[-_.])lora([-_.]|$)/.test(name)) return false
  const shard = /-(\d{5})-of-\d{5}\.gguf$/.exec(name)
  return shard === null || shard[1] === '00001'
}

/** Takes in the weights under a folder. `nameOf` gets the path, relative to nothing. */
export async function takeTree(
  finder: Finder,
  app: OtherApp,
  folder: string,
  limits: WalkLimits,
  nameOf: (path: string) => string = (path) => basename(path),
): Promise<void> {
  for await (const path of walkFiles(folder, limits)) {
    if (!isWeightsName(basename(path))) continue
    await finder.take({
      app,
      name: nameOf(path),
      path,
      sha256: blobHash(app, path, await realOrNull(path)),
      suggestedName: null,
    })
  }
}

/** The Hugging Face cache calls a large file by its hash and links to it. */
function blobHash(app: OtherApp, path: string, real: string | null): string | null {
  if (app !== 'huggingface' || real === null || real === path) return null
  return /^[0-9a-f]{64}$/.test(basename(real)) ? basename(real) : null
}

async function realOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(() => null)
}
