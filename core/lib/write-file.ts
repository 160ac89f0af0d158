import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'

/** On Windows a scanner may hold a file that was just written. */
const RENAME_ATTEMPTS = 5
const RENAME_PAUSE_MS = 50

/**
 * Replaces a file whole or not at all, whenever the power goes: written beside it, synced, renamed over it.
 * (Packages that do this also catch signals and end the process at the first one, which is not theirs to decide.)
 *
 * @throws the file system's error; the old file is untouched then
 */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await renameOver(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function renameOver(from: string, to: string, attempt = 1): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (attempt >= RENAME_ATTEMPTS || (code !== 'EPERM' && code !== 'EACCES' && code !== 'EBUSY')) throw error
    await new Promise((resolve) => setTimeout(resolve, RENAME_PAUSE_MS * attempt))
    await renameOver(from, to, attempt + 1)
  }
}
