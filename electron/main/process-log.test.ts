import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openProcessLog } from './process-log.ts'

describe('the log of a process', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-log-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('goes on where an earlier run stopped', async () => {
    const path = join(folder, 'logs', 'engine.log')
    openProcessLog(path).write('one\n')
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe('one\n'))
    openProcessLog(path).write('two\n')
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n'))
  })

  it('is set aside when it has grown too large, and begins anew', async () => {
    const path = join(folder, 'engine.log')
    const log = openProcessLog(path, 10)
    log.write('a long first line\n')
    log.write('next\n')
    await vi.waitFor(() => {
      expect(readFileSync(join(folder, 'engine.old.log'), 'utf8')).toBe('a long first line\n')
      expect(readFileSync(path, 'utf8')).toBe('next\n')
    })
  })

  it('is given up without a word where it can not be written', () => {
    writeFileSync(join(folder, 'file'), '')
    const log = openProcessLog(join(folder, 'file', 'engine.log'))
    expect(() => log.write('lost')).not.toThrow()
  })
})
