import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { z } from 'zod'
import { readFileSlices, type MemoryState } from './state-io.ts'

/** What is left free on the disk whatever the cap allows. */
const spareBytes = 1024 ** 3

const Description = z.object({
  version: z.literal(1),
  format: z.string(),
  bytes: z.int().positive(),
  /** Of the tokens and the file together, so that neither can be exchanged. */
  sha256: z.string().length(64),
  tokens: z.array(z.int().min(0).max(0xffffffff)).min(1),
  cacheKeys: z.array(z.string()),
})

/** A state on disk. */
export interface StoredState {
  readonly id: string
  readonly bytes: number
  readonly sha256: string
  readonly tokens: Uint32Array
  readonly cacheKeys: readonly string[]
  /** ms since the epoch. */
  readonly usedAt: number
}

/** A folder of states, each a file and its description. Everything in it may have been cut off, altered or foreign. */
export interface StateFolder {
  /** What is worth looking at; all else in the folder is removed. */
  scan(): Promise<StoredState[]>
  /** Writes a state so that it is there whole, also after a power cut, or not at all. Null when the disk is too full. */
  write(tokens: Uint32Array, cacheKeys: readonly string[], state: MemoryState): Promise<StoredState | null>
  /** Whether the file is still the one that was written. */
  isIntact(stored: StoredState): Promise<boolean>
  /** Notes that it was used now. */
  touch(stored: StoredState): Promise<void>
  remove(stored: StoredState): Promise<void>
  pathOf(stored: StoredState): string
}

export function createStateFolder(folder: string, format: string): StateFolder {
  const pathOf = ({ id }: { id: string }) => join(folder, `${id}.state`)
  const descriptionOf = ({ id }: { id: string }) => join(folder, `${id}.json`)

  async function describe(id: string): Promise<StoredState | null> {
    try {
      const path = descriptionOf({ id })
      const description = Description.parse(JSON.parse(await readFile(path, 'utf8')))
      const { size } = await stat(pathOf({ id }))
      if (size !== description.bytes || description.format !== format) return null
      const { bytes, sha256, cacheKeys } = description
      const { mtimeMs } = await stat(path)
      return { id, bytes, sha256, cacheKeys, tokens: Uint32Array.from(description.tokens), usedAt: mtimeMs }
    } catch {
      return null
    }
  }

  return {
    pathOf,
    async scan() {
      await mkdir(folder, { recursive: true })
      const names = await readdir(folder)
      const found: StoredState[] = []
      for (const name of names.filter((candidate) => candidate.endsWith('.json'))) {
        const stored = await describe(name.slice(0, -'.json'.length))
        if (stored !== null) found.push(stored)
      }
      const known = new Set(found.flatMap(({ id }) => [`${id}.json`, `${id}.state`]))
      for (const name of names) if (!known.has(name)) await discard(join(folder, name))
      return found
    },
    async write(tokens, cacheKeys, state) {
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < state.bytes + spareBytes) return null
      const id = nanoid()
      const hash = createHash('sha256').update(tokens)
      const temporary = `${pathOf({ id })}.tmp`
      try {
        await writeDurably(temporary, (write) =>
          state.read(async (slice) => {
            hash.update(slice)
            await write(slice)
          }),
        )
        const sha256 = hash.digest('hex')
        const { bytes } = state
        const description: z.infer<typeof Description> = {
          version: 1,
          format,
          bytes,
          sha256,
          tokens: [...tokens],
          cacheKeys: [...cacheKeys],
        }
        const text = Buffer.from(JSON.stringify(description))
        await rename(temporary, pathOf({ id }))
        await writeDurably(`${descriptionOf({ id })}.tmp`, (write) => write(text))
        // A state without a description is removed at the next start, so this makes it count.
        await rename(`${descriptionOf({ id })}.tmp`, descriptionOf({ id }))
        return { id, bytes, sha256, tokens, cacheKeys, usedAt: Date.now() }
      } catch (error) {
        await Promise.all([temporary, pathOf({ id }), `${descriptionOf({ id })}.tmp`].map(discard))
        throw error
      }
    },
    async isIntact(stored) {
      try {
        const hash = createHash('sha256').update(stored.tokens)
        await readFileSlices(pathOf(stored), (slice) => {
          hash.update(slice)
          return Promise.resolve()
        })
        return hash.digest('hex') === stored.sha256
      } catch {
        return false
      }
    },
    async touch(stored) {
      const now = new Date()
      await utimes(descriptionOf(stored), now, now).catch(() => undefined)
    },
    async remove(stored) {
      await discard(descriptionOf(stored))
      await discard(pathOf(stored))
    },
  }
}

async function writeDurably(path: string, fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>) {
  const file = await open(path, 'wx', 0o600)
  try {
    await fill(async (bytes) => {
      await file.writeFile(bytes)
    })
    await file.sync()
  } finally {
    await file.close()
  }
}

async function discard(path: string): Promise<void> {
  // Windows refuses while a scanner has the file open.
  await rm(path, { recursive: true, force: true, maxRetries: 5 })
}
