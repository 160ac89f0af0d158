import type { Quarantine } from '../../shared/domain/engines.ts'
import { ErrorInfo } from '../../shared/domain/errors.ts'
import type { Database } from '../storage/sqlite.ts'
import { modelQuarantined } from './engine-errors.ts'

/** Deaths in a row, with no answer between them, after which a model is put aside. */
const MOST_DEATHS = 3

/** Which models are not loaded any more. It survives a restart of the program. */
export interface Quarantines {
  list(): Quarantine[]
  /** Throws `model_quarantined` for a model with the settings that killed it; other settings are tried. */
  assertFree(model: string, settings: string): void
  /** Its process died by itself. Returns how often in a row, and whether it is put aside now. */
  died(model: string, settings: string, error: ErrorInfo): { deaths: number; putAside: boolean }
  /** It answered to the end: what happened before does not count. */
  answered(model: string): void
  release(model: string): void
}

export function createQuarantines(database: Database, now: () => number): Quarantines {
  const deaths = new Map<string, { settings: string; count: number }>()
  let listed = readAll(database)
  const refresh = () => {
    listed = readAll(database)
  }
  return {
    list: () => listed,
    assertFree(model, settings) {
      const found = listed.find((each) => each.model === model && each.settings === settings)
      if (found) throw modelQuarantined(model, found.crashes, found.error)
    },
    died(model, settings, error) {
      const before = deaths.get(model)
      const count = (before?.settings === settings ? before.count : 0) + 1
      deaths.set(model, { settings, count })
      if (count < MOST_DEATHS) return { deaths: count, putAside: false }
      deaths.delete(model)
      database
        .prepare('INSERT OR REPLACE INTO quarantine (model, settings, since, crashes, error) VALUES (?, ?, ?, ?, ?)')
        .run(model, settings, now(), count, JSON.stringify(error))
      refresh()
      return { deaths: count, putAside: true }
    },
    answered: (model) => void deaths.delete(model),
    release(model) {
      deaths.delete(model)
      database.prepare('DELETE FROM quarantine WHERE model = ?').run(model)
      refresh()
    },
  }
}

function readAll(database: Database): Quarantine[] {
  return database
    .prepare('SELECT model, settings, since, crashes, error FROM quarantine ORDER BY since')
    .all()
    .map((row) => ({
      model: String(row['model']),
      settings: String(row['settings']),
      since: Number(row['since']),
      crashes: Number(row['crashes']),
      error: ErrorInfo.parse(JSON.parse(String(row['error']))),
    }))
}
