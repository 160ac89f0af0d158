import { open, readFile, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { NativeContext } from '../native-context.ts'
import type { SequenceSlot } from '../sequence-slot.ts'

/** Bytes that are read, hashed and written in one go: a few ms, so that answers go on meanwhile. */
const sliceBytes = 4 * 1024 * 1024

/** The state of a sequence in memory, or in a file that memory backs. */
export interface MemoryState {
  readonly bytes: number
  /** Hands the bytes out in order. */
  read(onSlice: (slice: Uint8Array) => Promise<void>): Promise<void>
  drop(): Promise<void>
}

/** How states get out of slots and back. */
export interface StateIo<S, M extends MemoryState = MemoryState> {
  /** Files of another format are not for this one. */
  readonly format: string
  save(slot: S): Promise<M>
  restore(slot: S, state: M): Promise<void>
  /** From a file that holds what `read` handed out. A damaged one may end the process: check it first. */
  restoreFile(slot: S, path: string): Promise<void>
}

interface ScratchFile extends MemoryState {
  readonly path: string
}

/** With the stock addon states travel through files only; `folder` is best backed by memory. */
export function createFileStateIo(folder: string): StateIo<SequenceSlot, ScratchFile> {
  let files = 0
  const restoreFile = (slot: SequenceSlot, path: string) => slot.sequence.loadStateFromFile(path, { acceptRisk: true })
  return {
    format: 'llama-file',
    async save({ sequence }) {
      const path = join(folder, `${++files}.state`)
      const drop = () => rm(path, { force: true })
      try {
        await sequence.saveStateToFile(path)
        // The library's count leaves the header out.
        const { size } = await stat(path)
        return { path, bytes: size, drop, read: (onSlice) => readFileSlices(path, onSlice) }
      } catch (error) {
        await drop()
        throw error
      }
    },
    restore: (slot, { path }) => restoreFile(slot, path),
    restoreFile,
  }
}

interface Buffered extends MemoryState {
  readonly state: Uint8Array
}

/** With our build of the addon states are bytes in memory. */
export function createMemoryStateIo(
  native: Pick<NativeContext, 'saveSequence' | 'loadSequence'>,
): StateIo<SequenceSlot, Buffered> {
  return {
    format: 'llama-bytes',
    async save({ sequence }) {
      const state = await native.saveSequence(sequence)
      return {
        state,
        bytes: state.byteLength,
        drop: () => Promise.resolve(),
        async read(onSlice) {
          for (let start = 0; start < state.byteLength; start += sliceBytes) {
            await onSlice(state.subarray(start, start + sliceBytes))
          }
        },
      }
    },
    restore: (slot, { state }) => native.loadSequence(slot.sequence, state),
    restoreFile: async (slot, path) => native.loadSequence(slot.sequence, await readFile(path)),
  }
}

/** Reads a file from its beginning in slices; a slice is valid until the promise it was given to resolves. */
export async function readFileSlices(path: string, onSlice: (slice: Uint8Array) => Promise<void>): Promise<void> {
  const file = await open(path, 'r')
  try {
    await readSlices(file, onSlice)
  } finally {
    await file.close()
  }
}

async function readSlices(file: FileHandle, onSlice: (slice: Uint8Array) => Promise<void>): Promise<void> {
  const buffer = Buffer.allocUnsafe(sliceBytes)
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length)
    if (bytesRead === 0) return
    await onSlice(buffer.subarray(0, bytesRead))
  }
}
