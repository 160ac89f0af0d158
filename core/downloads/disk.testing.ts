import { openSync, closeSync, writeSync } from 'node:fs'
import { disk as realDisk, type Disk } from './disk.ts'

export type DiskStep = 'open' | 'write' | 'truncate' | 'datasync' | 'sync' | 'replace' | 'rename' | 'makeFolder'

/** The real disk, with faults that a test turns on. */
export interface FaultyDisk extends Disk {
  /** Asked before each step; an error makes the step fail. Turned at any moment. */
  fault: (step: DiskStep, path: string) => Error | null
  /** Bytes that are free; null asks the real drive. */
  freeBytes: number | null
  /** Files that are open now. */
  openFiles(): number
  /** Takes back what was written and not synced, as a power cut may. Tells how many bytes. */
  cutPower(): number
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up for a test`), { code })
}

export function createFaultyDisk(): FaultyDisk {
  let open = 0
  const unsynced = new Map<string, Set<{ position: number; bytes: number }>>()
  const step = (name: DiskStep, path: string) => {
    const error = faulty.fault(name, path)
    if (error) throw error
  }
  const faulty: FaultyDisk = {
    ...realDisk,
    fault: () => null,
    freeBytes: null,
    openFiles: () => open,
    async open(path) {
      step('open', path)
      const file = await realDisk.open(path)
      open += 1
      const writes = unsynced.get(path) ?? new Set()
      unsynced.set(path, writes)
      return {
        ...file,
        async write(pieces, position) {
          step('write', path)
          const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
          writes.add({ position, bytes })
          await file.write(pieces, position)
        },
        async truncate(size) {
          step('truncate', path)
          await file.truncate(size)
        },
        async datasync() {
          step('datasync', path)
          const before = [...writes]
          await file.datasync()
          for (const write of before) writes.delete(write)
        },
        async sync() {
          step('sync', path)
          await file.sync()
        },
        async close() {
          open -= 1
          await file.close()
        },
      }
    },
    async replace(path, text) {
      step('replace', path)
      await realDisk.replace(path, text)
    },
    async rename(from, to) {
      step('rename', from)
      await realDisk.rename(from, to)
    },
    async makeFolder(path) {
      step('makeFolder', path)
      await realDisk.makeFolder(path)
    },
    async space(folder) {
      const space = await realDisk.space(folder)
      return { ...space, freeBytes: faulty.freeBytes ?? space.freeBytes }
    },
    cutPower() {
      let lost = 0
      for (const [path, writes] of unsynced) {
        const file = openSync(path, 'r+')
        for (const { position, bytes } of writes) {
          writeSync(file, Buffer.alloc(bytes), 0, bytes, position)
          lost += bytes
        }
        closeSync(file)
        writes.clear()
      }
      return lost
    },
  }
  return faulty
}
