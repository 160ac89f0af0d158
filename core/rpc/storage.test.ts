import { join } from 'node:path'
import { call } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import type { Core } from '../core.ts'
import { storage } from './storage.ts'

const person: Actor = { ownerId: 'local', door: 'window', access: 'local' }
const browser: Actor = { ownerId: 'local', door: 'browser', access: 'remote' }

/** A core whose dialogs answer at once: with a folder, or with the name that they were given. */
function withDialogs(folder: string | null) {
  const asked: string[] = []
  const desktop = {
    pickFolder: () => Promise.resolve(folder),
    saveAs(name: string) {
      asked.push(name)
      return Promise.resolve(folder === null ? null : join(folder, name))
    },
    pickHandOver: (as: string) => Promise.resolve(folder === null ? null : join(folder, as)),
  }
  // The calls need nothing else of a core.
  return { asked, context: { core: { desktop } as unknown as Core, actor: person } }
}

describe('choosing where a model goes', () => {
  it('proposes a file that every system can write', async () => {
    const { asked, context } = withDialogs('/media/stick')
    const target = await call(storage.pickExportTarget, { name: 'hf.co/a/b:Q4_K_M', as: 'file' }, { context })
    expect(asked).toEqual(['hf.co-a-b-Q4_K_M.hearth'])
    expect(target).toBe(join('/media/stick', 'hf.co-a-b-Q4_K_M.hearth'))
  })

  it('makes a folder of its own in the one that was chosen, never beside it', async () => {
    const { context } = withDialogs('/media/stick')
    const target = await call(storage.pickExportTarget, { name: '../../x', as: 'folder' }, { context })
    expect(target).toBe(join('/media/stick', 'x'))
  })

  it.each(['file', 'folder'] as const)('is nothing when the dialog for a %s was closed', async (as) => {
    const { context } = withDialogs(null)
    expect(await call(storage.pickExportTarget, { name: 'x', as }, { context })).toBeNull()
    expect(await call(storage.pickImportSource, { as }, { context })).toBeNull()
  })

  it('is nothing where there is no desktop', async () => {
    const context = { core: { desktop: null } as unknown as Core, actor: person } // no more of it is needed
    expect(await call(storage.pickImportSource, { as: 'file' }, { context })).toBeNull()
  })
})

it('frees, links and reads files for someone at this machine only', async () => {
  // It must not come so far that a core is needed.
  const context = { core: {} as unknown as Core, actor: browser }
  const refused = { data: { code: 'local_only' } }
  await expect(call(storage.free, { path: '/x' }, { context })).rejects.toMatchObject(refused)
  await expect(call(storage.findOthers, { folder: '/' }, { context })).rejects.toMatchObject(refused)
  await expect(call(storage.makeOneCopy, { sha256: 'x', touchOthers: true }, { context })).rejects.toMatchObject(
    refused,
  )
  await expect(call(storage.importModel, { source: '/x' }, { context })).rejects.toMatchObject(refused)
  await expect(call(storage.exportModel, { name: 'x', target: '/x', as: 'file' }, { context })).rejects.toMatchObject(
    refused,
  )
})
