import type { CacheSource } from '../../shared/domain/generation.ts'
import type { StateFolder, StoredState } from './state-folder.ts'
import type { MemoryState, StateIo } from './state-io.ts'

/** What a slot holds, as far as keeping it goes. */
export interface KeepableSlot {
  readonly tokens: readonly number[]
  readonly cacheKey: string | null
  readonly forgotten: boolean
}

export interface KeptLimits {
  memoryBytes: number
  diskBytes: number
}

/** A kept state that begins like a prompt. It stays until it is released. */
export interface Candidate<S> {
  /** Tokens of the prompt that need not be read. */
  readonly length: number
  readonly source: Exclude<CacheSource, 'none' | 'slot'>
  /** Puts it into a slot; false when it turned out damaged, and then the slot's content is unknown. */
  restore(slot: S): Promise<boolean>
  release(): void
}

/** States of conversations that lost their slot: in memory as long as the cap allows, the older ones on disk. */
export interface KeptStates<S> {
  /** The one that spares the most of a prompt, at least `atLeast` tokens. `whole`: only one that it begins with wholly. */
  find(prompt: readonly number[], atLeast: number, whole: boolean): Promise<Candidate<S> | null>
  /** Whether a state begins with these tokens. */
  covers(tokens: readonly number[]): boolean
  /** Keeps what a slot holds; true when it is kept now. Nobody may evaluate meanwhile. */
  add(slot: S): Promise<boolean>
  /** Erases what a chat left, or everything. */
  forget(cacheKey: string | null): Promise<void>
  /** Writes to disk what is only in memory, the newest first. */
  flush(): Promise<void>
  readonly memoryBytes: number
  readonly diskBytes: number
}

interface Entry<M> {
  readonly tokens: Uint32Array
  readonly cacheKeys: readonly string[]
  readonly bytes: number
  memory: M | null
  file: StoredState | null
  usedAt: number
  /** Restores and writes that go on. */
  users: number
  gone: boolean
}

/** A state of which a new one holds at least this part too is not needed any more. */
const supersededPart = 0.5

/**
 * @param folder null: nothing outlives the process
 * @param onFailure told of what could not be kept; nothing is lost by it but time
 */
export async function createKeptStates<S extends KeepableSlot, M extends MemoryState>(
  io: StateIo<S, M>,
  folder: StateFolder | null,
  limits: KeptLimits,
  onFailure: (error: unknown) => void,
): Promise<KeptStates<S>> {
  const entries = new Set<Entry<M>>()
  let clock = 0
  let bytesPerToken = 0
  let trimming: Promise<void> = Promise.resolve()

  const stored = (await folder?.scan()) ?? []
  for (const file of stored.toSorted((a, b) => a.usedAt - b.usedAt)) {
    const { tokens, cacheKeys, bytes } = file
    entries.add({ tokens, cacheKeys, bytes, memory: null, file, usedAt: ++clock, users: 0, gone: false })
  }
  const oldestFirst = () => [...entries].toSorted((a, b) => a.usedAt - b.usedAt)
  const sum = (part: 'memory' | 'file') =>
    [...entries].reduce((total, entry) => total + (entry[part] === null ? 0 : entry.bytes), 0)

  async function discard(entry: Entry<M>): Promise<void> {
    entries.delete(entry)
    entry.gone = true
    const { memory, file } = entry
    entry.memory = null
    entry.file = null
    await memory?.drop()
    if (file !== null) await folder?.remove(file)
  }

  async function writeOut(entry: Entry<M>): Promise<void> {
    if (folder === null || entry.memory === null || entry.file !== null || entry.bytes > limits.diskBytes) return
    entry.users++
    try {
      const file = await folder.write(entry.tokens, entry.cacheKeys, entry.memory)
      if (file === null) return
      // It may have been erased while it was written.
      if (entry.gone) await folder.remove(file)
      else entry.file = file
    } catch (error) {
      onFailure(error)
    } finally {
      entry.users--
    }
  }

  /** One after the other, so that the caps are compared with what is really there. */
  function trim(): Promise<void> {
    const next = trimming.then(async () => {
      for (const entry of oldestFirst()) {
        if (sum('memory') <= limits.memoryBytes) break
        if (entry.memory === null) continue
        await writeOut(entry)
        if (entry.users > 0 || entry.gone) continue
        const { memory } = entry
        entry.memory = null
        await memory.drop()
        if (entry.file === null) await discard(entry)
      }
      for (const entry of oldestFirst()) {
        if (sum('file') <= limits.diskBytes) break
        if (entry.file === null || entry.users > 0) continue
        const { file } = entry
        entry.file = null
        await folder?.remove(file)
        if (entry.memory === null) await discard(entry)
      }
    })
    trimming = next.catch(onFailure)
    return trimming
  }

  void trim()

  return {
    async find(prompt, atLeast, whole) {
      for (;;) {
        let best: Entry<M> | null = null
        let length = atLeast - 1
        for (const entry of entries) {
          const common = commonPrefix(entry.tokens, prompt)
          if (common <= length || (whole && common < entry.tokens.length)) continue
          best = entry
          length = common
        }
        if (best === null) return null
        const entry: Entry<M> = best
        entry.users++
        const isIntact =
          entry.memory !== null || (entry.file !== null && ((await folder?.isIntact(entry.file)) ?? false))
        if (!isIntact || entry.gone) {
          entry.users--
          await discard(entry)
          continue
        }
        return candidateOf(entry, length)
      }
    },
    covers(tokens) {
      return [...entries].some((entry) => commonPrefix(entry.tokens, tokens) === tokens.length)
    },
    async add(slot) {
      const tokens = Uint32Array.from(slot.tokens)
      const { cacheKey } = slot
      if (tokens.length * bytesPerToken > Math.max(limits.memoryBytes, folder === null ? 0 : limits.diskBytes)) {
        return false
      }
      try {
        const memory = await io.save(slot)
        // Its chat may have been erased while it was saved.
        if (slot.forgotten) {
          await memory.drop()
          return false
        }
        bytesPerToken = memory.bytes / tokens.length
        for (const entry of entries) if (isSuperseded(entry.tokens, tokens)) await discard(entry)
        const cacheKeys = cacheKey === null ? [] : [cacheKey]
        const entry = { tokens, cacheKeys, bytes: memory.bytes, memory, file: null, usedAt: ++clock, users: 0 }
        entries.add({ ...entry, gone: false })
      } catch (error) {
        onFailure(error)
        return false
      }
      void trim()
      return true
    },
    async forget(cacheKey) {
      const theirs = [...entries].filter((entry) => cacheKey === null || entry.cacheKeys.includes(cacheKey))
      await Promise.all(theirs.map(discard))
    },
    async flush() {
      await trim()
      for (const entry of oldestFirst().toReversed()) await writeOut(entry)
      await trim()
    },
    get memoryBytes() {
      return sum('memory')
    },
    get diskBytes() {
      return sum('file')
    },
  }

  function candidateOf(entry: Entry<M>, length: number): Candidate<S> {
    return {
      length,
      source: entry.memory === null ? 'disk' : 'memory',
      async restore(slot) {
        try {
          if (entry.memory !== null) await io.restore(slot, entry.memory)
          else if (entry.file !== null && folder !== null) await io.restoreFile(slot, folder.pathOf(entry.file))
          else return false
          entry.usedAt = ++clock
          if (entry.file !== null) void folder?.touch(entry.file)
          return true
        } catch (error) {
          onFailure(error)
          await discard(entry)
          return false
        }
      },
      release: () => {
        entry.users--
      },
    }
  }
}

function isSuperseded(old: Uint32Array, by: Uint32Array): boolean {
  return old.length >= by.length * supersededPart && commonPrefix(old, by) === old.length
}

function commonPrefix(held: Uint32Array, prompt: ArrayLike<number>): number {
  const most = Math.min(held.length, prompt.length)
  let length = 0
  while (length < most && held[length] === prompt[length]) length++
  return length
}
