import { DatabaseSync } from '@photostructure/sqlite'

export interface FileLock {
  release(): void
}

/**
 * An exclusive lock that the operating system gives back when its holder dies, whatever the way: an SQLite
 * database of which nothing is ever written.
 *
 * @throws when another holds it, or the file can't be made
 */
export function lockFile(path: string): FileLock {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw error
  }
  return { release: () => database.close() }
}
