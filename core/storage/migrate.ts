import type { Database } from './sqlite.ts'

/** One step of the schema. Never edited once released: a change is a new one. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  version: number
  up: string
}

/** Brings a database to the newest schema; each step is whole or not at all. A newer database is left alone and refused. */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  const current = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  const newest = migrations.at(-1)?.version ?? 0
  if (current > newest) {
    throw new Error(`This data folder was written by a newer Hearth (schema ${current}, this one knows ${newest}).`)
  }
  for (const { version, up } of migrations) {
    if (version <= current) continue
    database.exec('BEGIN IMMEDIATE')
    try {
      database.exec(up)
      database.exec(`PRAGMA user_version = ${version}`)
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
}
