import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import { lockFile, type FileLock } from '../lib/file-lock.ts'

/** Who holds a data folder, as it tells the next one who wants it. */
export interface Holder {
  pid: number
  /** `app`, or the command, as `hearth serve`. */
  program: string
}

export interface HomeLock {
  release(): void
}

/**
 * Makes this process the one owner of a data folder. An exclusive SQLite lock holds it: the operating system
 * gives it back when its holder dies, whatever the way.
 *
 * @throws AppError `folder_held` (data: pid, program), `folder_read_only`
 */
export function lockHome(home: string, program: string): HomeLock {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    accessSync(home, constants.W_OK)
    writeFileSync(join(home, '.writable'), '')
    rmSync(join(home, '.writable'))
  } catch (cause) {
    throw new AppError({
      code: 'folder_read_only',
      message: `Hearth can't write to its data folder ${home}.`,
      suggestion: 'Give yourself the right to write there, or point HEARTH_HOME to another folder.',
      data: { path: home },
      cause,
    })
  }
  const holderPath = join(home, 'holder.json')
  let lock: FileLock
  try {
    lock = lockFile(join(home, 'hearth.lock'))
  } catch (cause) {
    const holder = readHolder(home)
    throw new AppError({
      code: 'folder_held',
      message: holder
        ? `The data folder ${home} is in use by a running Hearth (${holder.program}, process ${holder.pid}).`
        : `The data folder ${home} is in use by a running Hearth.`,
      suggestion: 'Use that one, stop it, or point HEARTH_HOME to another folder.',
      data: { path: home, ...(holder ? { pid: holder.pid, program: holder.program } : {}) },
      cause,
    })
  }
  writeFileSync(holderPath, JSON.stringify({ pid: process.pid, program } satisfies Holder))
  return {
    release() {
      rmSync(holderPath, { force: true })
      lock.release()
    },
  }
}

function readHolder(home: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(join(home, 'holder.json'), 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('program' in value)) return null
    return { pid: Number(value.pid), program: String(value.program) }
  } catch {
    // Written just after the lock is taken: for a moment there is none.
    return null
  }
}
