import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import type { Core } from '../core.ts'
import { actor, libraryUnderTest } from '../models/library.testing.ts'
import { models } from './models.ts'

const browser: Actor = { ownerId: 'local', door: 'browser', access: 'remote' }

function setUp() {
  const test = libraryUnderTest()
  // Only these are asked here.
  const core = { library: test.library, desktop: null } as unknown as Core
  const client = (who: Actor) => createRouterClient(models, { context: { core, actor: who } })
  return { ...test, person: client(actor), browser: client(browser) }
}

describe('models over rpc', () => {
  it('are made of a Modelfile, shown with one, renamed, duplicated, changed, removed and brought back', async () => {
    const { person, folder } = setUp()
    const { modelfile } = await person.parseModelfile({
      text: 'from starter:1b\nsystem """Be\nbrief."""\nparameter temperature 0.5',
    })
    if (!modelfile) throw new Error('It was not read.')
    const { text } = await person.writeModelfile({ modelfile })
    expect(await person.create({ name: 'a', modelfile: text, folder })).toMatchObject({ name: 'a', origin: 'made' })
    expect((await person.show({ name: 'A' })).modelfile).toBe(text)
    expect(await person.rename({ name: 'a', to: 'b' })).toMatchObject({ name: 'b' })
    expect(await person.duplicate({ name: 'b', to: 'c' })).toMatchObject({ name: 'c' })
    expect(await person.update({ name: 'c', patch: { defaults: { maxTokens: 9 } } })).toMatchObject({
      defaults: { system: 'Be\nbrief.', maxTokens: 9 },
    })
    const { undoId } = await person.remove({ name: 'c' })
    expect((await person.list()).map(({ name }) => name)).toEqual(['b', 'starter:1b'])
    expect(await person.restore({ undoId })).toMatchObject({ name: 'c', defaults: { maxTokens: 9 } })
    expect(await person.pickAndAdd()).toBeNull()
  })

  it('tell how far the reading of their files is', async () => {
    const { person } = setUp()
    const steps = []
    for await (const step of await person.verify({ name: 'starter' })) steps.push(step)
    expect(steps.at(-1)).toEqual({ doneBytes: 4, totalBytes: 4 })
  })

  it('say what is wrong with a Modelfile where it is', async () => {
    const { browser: client } = setUp()
    const { modelfile, problems } = await client.parseModelfile({ text: 'FROM a\nPARAMETER hotness 1' })
    expect(modelfile).toBeNull()
    expect(problems).toMatchObject([{ line: 2, column: 11, severity: 'error' }])
  })

  it('are not made, removed or looked for on the disk from elsewhere', async () => {
    const { browser: client, library } = setUp()
    for (const call of [
      client.create({ name: 'a', modelfile: 'FROM /etc/passwd', folder: '/' }),
      client.remove({ name: 'starter' }),
      client.restore({ undoId: 'x' }),
      client.add({ path: '/etc/passwd' }),
      client.reveal({ name: 'starter' }),
    ]) {
      await expect(call).rejects.toMatchObject({ data: { code: 'local_only' } })
    }
    expect(library.list()).toHaveLength(1)
  })
})
