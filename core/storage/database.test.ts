import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { backUp, closeDatabase, openDatabase } from './database.ts'

describe('the database', () => {
  it('keeps what was written when it is opened again', () => {
    const home = tempFolder()
    const first = openDatabase(home)
    first.database.exec("INSERT INTO chats VALUES ('c', 'local', 'Bread', 1, NULL, 1, 1, NULL)")
    closeDatabase(first.database)
    const second = openDatabase(home)
    expect(second.recovered).toBeNull()
    expect(second.database.prepare('SELECT title FROM chats').get()).toEqual({ title: 'Bread' })
    expect(second.database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    closeDatabase(second.database)
  })

  it('puts a file that is no database aside and starts empty', () => {
    const home = tempFolder()
    writeFileSync(join(home, 'hearth.db'), 'this is not a database, '.repeat(400))
    const { database, recovered } = openDatabase(home, () => 7)
    expect(recovered).toEqual({ aside: join(home, 'hearth.damaged-7.db'), fromBackup: false })
    expect(readdirSync(home)).toContain('hearth.damaged-7.db')
    expect(database.prepare('SELECT count(*) AS n FROM chats').get()).toEqual({ n: 0 })
    closeDatabase(database)
  })

  it('takes the newest sound backup when the file is cut off', () => {
    const home = tempFolder()
    const { database } = openDatabase(home)
    for (let i = 0; i < 200; i++) {
      database.exec(`INSERT INTO chats VALUES ('c${i}', 'local', '${'x'.repeat(500)}', 1, NULL, 1, 1, NULL)`)
    }
    backUp(database, home, () => 1_000_000_000)
    closeDatabase(database)
    mkdirSync(join(home, 'backups'), { recursive: true })
    writeFileSync(join(home, 'backups', 'hearth-2000000000.db'), 'a backup that was cut off too')
    truncateSync(join(home, 'hearth.db'), 20_000)
    const reopened = openDatabase(home, () => 9)
    expect(reopened.recovered).toMatchObject({ fromBackup: true })
    expect(reopened.database.prepare('SELECT count(*) AS n FROM chats').get()).toEqual({ n: 200 })
    closeDatabase(reopened.database)
  })

  it('makes one backup a day and keeps three', () => {
    const home = tempFolder()
    const { database } = openDatabase(home)
    const day = 24 * 60 * 60 * 1000
    const start = Date.parse('2026-01-01')
    for (const at of [0, 1, day, 2 * day, 3 * day]) backUp(database, home, () => start + at)
    expect(readdirSync(join(home, 'backups'))).toEqual([1, 2, 3].map((days) => `hearth-${start + days * day}.db`))
    closeDatabase(database)
  })
})
