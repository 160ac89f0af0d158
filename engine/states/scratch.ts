import { mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

const sharedMemory = '/dev/shm'
const prefix = 'hearth-states-'

/**
 * A folder for states of this process, backed by memory where the system has such a place with room for `bytes`, else
 * inside `folder`. What crashed processes left is removed first; this one's goes when the process ends.
 */
export async function openScratch(folder: string, bytes: number): Promise<string> {
  const scratch = (await inSharedMemory(bytes)) ?? (await inside(folder))
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))
  return scratch
}

async function inSharedMemory(bytes: number): Promise<string | null> {
  if (process.platform !== 'linux') return null
  try {
    for (const name of await readdir(sharedMemory)) {
      if (isLeftover(name)) await rm(join(sharedMemory, name), { recursive: true, force: true })
    }
    const { bavail, bsize } = await statfs(sharedMemory)
    return bavail * bsize < bytes ? null : await mkdtemp(join(sharedMemory, `${prefix}${process.pid}-`))
  } catch {
    // Containers may have none, or a small one, and other users' folders are not ours to clean.
    return null
  }
}

async function inside(folder: string): Promise<string> {
  const scratch = join(folder, 'scratch')
  await rm(scratch, { recursive: true, force: true })
  await mkdir(scratch, { recursive: true })
  return scratch
}

function isLeftover(name: string): boolean {
  if (!name.startsWith(prefix)) return false
  const pid = Number.parseInt(name.slice(prefix.length), 10)
  if (Number.isNaN(pid)) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' // kill fails with a system error
  }
}
