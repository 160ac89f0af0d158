import { Tuning } from '../../../shared/domain/models.ts'
import type { Database } from '../../storage/sqlite.ts'

/** What was measured of files on machines; both are known by a text. */
export interface TuningStore {
  get(file: string, machine: string): Tuning | null
  save(file: string, machine: string, tuning: Tuning): void
}

export function createTuningStore(database: Database): TuningStore {
  return {
    get(file, machine) {
      const row = database.prepare('SELECT tuning FROM tunings WHERE file = ? AND machine = ?').get(file, machine)
      // What another version wrote and this one can't read is measured again.
      return row ? (Tuning.safeParse(JSON.parse(String(row['tuning']))).data ?? null) : null
    },
    save(file, machine, tuning) {
      database
        .prepare(
          `INSERT INTO tunings (file, machine, tuning) VALUES (?, ?, ?)
           ON CONFLICT (file, machine) DO UPDATE SET tuning = excluded.tuning`,
        )
        .run(file, machine, JSON.stringify(tuning))
    },
  }
}
