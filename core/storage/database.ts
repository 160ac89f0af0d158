import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { AppError } from '../../shared/domain/errors.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import type { Database } from './sqlite.ts'

const KEPT_BACKUPS = 3
const BACKUP_EVERY_MS = 24 * 60 * 60 * 1000

export interface OpenedDatabase {
  database: Database
  /** Set when the file was damaged: where it was put aside, and whether a backup took its place. */
  recovered: { aside: string; fromBackup: boolean } | null
}

/**
 * Opens `<home>/hearth.db`: WAL, checked, migrated to the newest schema. A damaged file is put aside, never
 * deleted, and the newest good backup (or an empty database) takes its place.
 */
export function openDatabase(home: string, now: () => number = Date.now): OpenedDatabase {
  const path = join(home, 'hearth.db')
  const opened = tryOpen(path)
  if (opened) return { database: opened, recovered: null }

  const aside = join(home, `hearth.damaged-${now()}.db`)
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
  }
  for (const backup of listBackups(home).toReversed()) {
    const copy = tryOpen(backup)
    if (!copy) continue
    copy.exec(`VACUUM INTO '${path.replaceAll("'", "''")}'`)
    copy.close()
    const restored = tryOpen(path)
    if (restored) return { database: restored, recovered: { aside, fromBackup: true } }
  }
  const fresh = tryOpen(path)
  if (!fresh) {
    throw new AppError({
      code: 'database_damaged',
      message: `The database at ${path} is damaged and no new one could be made.`,
      suggestion: 'Move the data folder to a disk that works, or point HEARTH_HOME to another folder.',
      data: { path },
    })
  }
  return { database: fresh, recovered: { aside, fromBackup: false } }
}

/** Closes it with everything in the one file: statements that are still known would keep the log beside it. */
export function closeDatabase(database: Database): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

/** Writes a rolling backup if the newest is older than a day; keeps three. */
export function backUp(database: Database, home: string, now: () => number = Date.now): void {
  const folder = join(home, 'backups')
  mkdirSync(folder, { recursive: true })
  const existing = listBackups(home)
  const newest = Number(/hearth-(\d+)\.db$/.exec(existing.at(-1) ?? '')?.[1] ?? 0)
  if (now() - newest < BACKUP_EVERY_MS) return
  const target = join(folder, `hearth-${now()}.db`)
  // VACUUM INTO, not backup(): a whole, defragmented copy in one statement.
  database.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`)
  for (const old of existing.slice(0, Math.max(0, existing.length + 1 - KEPT_BACKUPS))) rmSync(old, { force: true })
}

function listBackups(home: string): string[] {
  const folder = join(home, 'backups')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^hearth-\d+\.db$/.test(name))
    .toSorted()
    .map((name) => join(folder, name))
}

/** Null when the file is no sound database; other errors (disk full, no rights) are thrown as they are. */
function tryOpen(path: string): Database | null {
  let database: Database | null = null
  try {
    database = new DatabaseSync(path, { timeout: 5000 })
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON',
    )
    const verdict = database.prepare('PRAGMA quick_check(1)').get()
    if (verdict?.['quick_check'] !== 'ok') throw new DamagedError()
    migrate(database, migrations)
    return database
  } catch (error) {
    database?.close()
    if (isDamage(error)) return null
    throw error
  }
}

class DamagedError extends Error {}

function isDamage(error: unknown): boolean {
  if (error instanceof DamagedError) return true
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
  // SQLITE_CORRUPT, SQLITE_NOTADB
  return code === 11 || code === 26
}
