import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from './temp-folder.testing.ts'
import { writeFileAtomically } from './write-file.ts'

describe('writing a file atomically', () => {
  it('replaces the old content and leaves nothing beside it', async () => {
    const path = join(tempFolder(), 'settings.json')
    writeFileSync(path, 'old and longer')
    await writeFileAtomically(path, 'new')
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(join(path, '..'))).toEqual(['settings.json'])
  })

  it('keeps what was there and cleans up when it can not be replaced', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'settings.json', 'child'), { recursive: true })
    await expect(writeFileAtomically(join(folder, 'settings.json'), 'new')).rejects.toThrow(
      /EISDIR|ENOTEMPTY|EEXIST|EPERM/,
    )
    expect(readdirSync(folder)).toEqual(['settings.json'])
  })
})
