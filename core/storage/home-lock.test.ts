import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/domain/errors.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { lockHome } from './home-lock.ts'

function failure(run: () => unknown): AppError {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('It did not fail.')
}

describe('the lock of a data folder', () => {
  it('tells the second one who holds it, and lets it in afterwards', () => {
    const home = join(tempFolder(), 'not', 'there', 'yet')
    const first = lockHome(home, 'hearth serve')
    const error = failure(() => lockHome(home, 'the app'))
    expect(error.code).toBe('folder_held')
    expect(error.data).toMatchObject({ pid: process.pid, program: 'hearth serve' })
    expect(error.message).toContain('hearth serve')
    first.release()
    lockHome(home, 'the app').release()
  })

  it('is free again when its holder was killed', async () => {
    const home = tempFolder()
    const script = `
      const { DatabaseSync } = require(${JSON.stringify(join(import.meta.dirname, '../../node_modules/@photostructure/sqlite'))})
      const lock = new DatabaseSync(${JSON.stringify(join(home, 'hearth.lock'))})
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
      console.log('held'); setInterval(() => lock.isOpen, 1000)`
    const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    writeFileSync(join(home, 'holder.json'), JSON.stringify({ pid: holder.pid, program: 'hearth serve' }))
    expect(failure(() => lockHome(home, 'the app')).data).toMatchObject({ pid: holder.pid })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    lockHome(home, 'the app').release()
  })

  it('says which folder it may not write to', () => {
    const parent = tempFolder()
    // Root may write anywhere but below a file.
    const isRoot = process.getuid?.() === 0
    if (isRoot) writeFileSync(join(parent, 'home'), '')
    else chmodSync(parent, 0o500)
    const home = isRoot ? join(parent, 'home', 'below') : join(parent, 'home')
    const error = failure(() => lockHome(home, 'the app'))
    expect(error.code).toBe('folder_read_only')
    expect(error.message).toContain(home)
    if (!isRoot) execFileSync('chmod', ['700', parent])
  })
})
