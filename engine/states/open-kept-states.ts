import type { StateCacheOptions } from '../../shared/process/engine.ts'
import type { NativeContext } from '../native-context.ts'
import type { SequenceSlot } from '../sequence-slot.ts'
import { createKeptStates, type KeptStates } from './kept-states.ts'
import { openScratch } from './scratch.ts'
import { createStateFolder } from './state-folder.ts'
import { createFileStateIo, createMemoryStateIo } from './state-io.ts'

/** The states that were kept of a model with its settings; null when none are to be, or the folder can't be used. */
export async function openKeptStates(
  options: StateCacheOptions | null,
  native: NativeContext | null,
): Promise<KeptStates<SequenceSlot> | null> {
  if (options === null) return null
  try {
    const { folder, memoryBytes } = options
    if (native !== null) {
      const io = createMemoryStateIo(native)
      return await createKeptStates(io, createStateFolder(folder, io.format), options, report)
    }
    const states = createStateFolder(folder, 'llama-file')
    // What it can't use is removed, also an old scratch folder, so a new one comes after it.
    const found = await states.scan()
    const io = createFileStateIo(await openScratch(folder, memoryBytes))
    return await createKeptStates(io, { ...states, scan: () => Promise.resolve(found) }, options, report)
  } catch (error) {
    report(error)
    return null
  }
}

function report(error: unknown): void {
  process.stderr.write(`states: ${error instanceof Error ? error.message : String(error)}\n`)
}
