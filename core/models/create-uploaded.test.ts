import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelCheck, Modelfile } from '../../shared/domain/models.ts'
import { createCreateUploaded, type CreateUploadedRequest } from './create-uploaded.ts'
import { actor, answering, libraryUnderTest, type ProbeChild } from './library.testing.ts'
import type { MadeDraft } from './modelfile/create.ts'
import { createUploads } from './uploads.ts'

const shaOf = (content: string) => createHash('sha256').update(content).digest('hex')
const good: ModelCheck = {
  checkedAt: 1,
  loads: true,
  templateRenders: true,
  answers: true,
  stops: true,
  intact: null,
  error: null,
}
const nothing: Modelfile = {
  from: '',
  parameters: [],
  template: null,
  system: null,
  adapters: [],
  licences: [],
  messages: [],
  requires: null,
  files: [],
  renderer: null,
  parser: null,
  draft: null,
}

function setUp(check: Partial<ModelCheck> = {}, play?: (child: ProbeChild) => void) {
  const under = libraryUnderTest(play ? { play } : {})
  const uploads = createUploads({
    modelsFolder: () => under.models,
    models: under.library,
    newId: () => 'u',
    now: Date.now,
  })
  const tried: MadeDraft[] = []
  const create = createCreateUploaded({
    uploads,
    library: under.library,
    modelsFolder: () => under.models,
    trials: {
      tryMade: async (_, made) => {
        tried.push(made)
        return { ...good, ...check }
      },
    },
  })
  const staged = (content: string) => join(under.models, '.uploads', `sha256-${shaOf(content)}`)
  const upload = (content: string) => {
    mkdirSync(dirname(staged(content)), { recursive: true })
    writeFileSync(staged(content), content)
  }
  const make = (more: Partial<CreateUploadedRequest>) =>
    create({ name: 'mine', modelfile: nothing, files: [], adapters: [], actor, ...more })
  const file = (content: string, name = 'a.gguf') => ({ name, sha256: shaOf(content) })
  /** Files of models that were made of uploads. */
  const placed = () => {
    const folder = join(under.models, 'uploaded')
    if (!existsSync(folder)) return []
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  }
  return { ...under, uploads, make, upload, staged, file, placed, tried }
}

describe('a model of files that were sent', () => {
  it('takes them over, tried and known to be whole', async () => {
    const { make, upload, staged, file, library, models, tried } = setUp()
    upload('GGUF one')
    const model = await make({ files: [file('GGUF one')], modelfile: { ...nothing, system: 'Be kind.' } })
    expect(model).toMatchObject({
      name: 'mine',
      origin: 'made',
      path: join(models, 'uploaded', 'mine', 'a.gguf'),
      files: [{ sha256: shaOf('GGUF one'), owned: true, role: 'weights' }],
      defaults: { system: 'Be kind.' },
      check: { loads: true, answers: true, intact: true },
    })
    expect(tried).toHaveLength(1)
    expect(existsSync(staged('GGUF one'))).toBe(false)
    expect(readFileSync(model.path, 'utf8')).toBe('GGUF one')
    expect(library.find('mine')?.problem).toBeNull()
  })

  it('shares a file that a model has already', async () => {
    const { make, upload, file, placed } = setUp()
    upload('GGUF one')
    const first = await make({ files: [file('GGUF one')] })
    const second = await make({ name: 'other', files: [file('GGUF one', 'b.gguf')] })
    expect(second.path).toBe(first.path)
    expect(second.files[0]).toMatchObject({ owned: true, sha256: shaOf('GGUF one') })
    expect(placed()).toEqual(['mine', join('mine', 'a.gguf')])
  })

  it('can be made twice at once of one file', async () => {
    const { make, upload, file } = setUp()
    upload('GGUF one')
    const both = await Promise.all([
      make({ files: [file('GGUF one')] }),
      make({ name: 'other', files: [file('GGUF one')] }),
    ])
    expect(new Set(both.map(({ path }) => path)).size).toBe(1)
  })

  it('has its shards side by side, in order', async () => {
    const { make, upload, file } = setUp()
    const shards = ['a-00002-of-00002.gguf', 'a-00001-of-00002.gguf']
    for (const name of shards) upload(`GGUF ${name}`)
    const { files } = await make({ files: shards.map((name) => file(`GGUF ${name}`, name)) })
    expect(files.map(({ path, owned }) => [path.split('uploaded')[1]?.slice(6), owned])).toEqual([
      ['a-00001-of-00002.gguf', true],
      ['a-00002-of-00002.gguf', true],
    ])
  })

  it('can be a model that is here, with an adapter', async () => {
    const isLora = (child: ProbeChild) => {
      child.onReceive = (request) => {
        answering(request.type === 'gguf' && request.path.includes('lora') ? { isAdapter: true } : {})(child)
        child.onReceive(request)
      }
    }
    const { make, upload, file, models, starter } = setUp({}, isLora)
    upload('GGUF lora')
    const model = await make({
      modelfile: { ...nothing, from: starter.name },
      adapters: [file('GGUF lora', 'lora.gguf')],
    })
    expect(model.defaults.load.loras).toEqual([{ path: join(models, 'uploaded', 'mine', 'lora.gguf'), scale: 1 }])
    expect(model.path).toBe(starter.path)
    expect(model.files[1]).toMatchObject({ role: 'adapter', owned: true })
  })

  it('takes the place of an older one of the same name, whose file goes', async () => {
    const { make, upload, file, placed } = setUp()
    upload('GGUF one')
    await make({ files: [file('GGUF one')] })
    upload('GGUF two')
    const model = await make({ files: [file('GGUF two')] })
    expect(readFileSync(model.path, 'utf8')).toBe('GGUF two')
    expect(placed().filter((path) => path.endsWith('.gguf'))).toHaveLength(1)
  })
})

describe('nothing is made, and the file can be used again,', () => {
  it.each([
    ['it does not load', { loads: false, error: { code: 'model_load_failed', message: 'No.' } }, nothing],
    ['trying it ends the process', { loads: false, error: { code: 'model_check_failed', message: 'No.' } }, nothing],
    [
      'its template is none',
      { templateRenders: false, error: { code: 'invalid_input', message: 'No.' } },
      { ...nothing, template: '{{' },
    ],
  ] as [string, Partial<ModelCheck>, Modelfile][])('when %s', async (_, check, modelfile) => {
    const { make, upload, staged, file, library, placed } = setUp(check)
    upload('GGUF one')
    await expect(make({ files: [file('GGUF one')], modelfile })).rejects.toMatchObject({
      code: 'invalid_input',
      data: { reason: check.error?.code },
    })
    expect(library.find('mine')).toBeUndefined()
    expect(existsSync(staged('GGUF one'))).toBe(true)
    expect(placed()).toEqual([])
  })

  it('when its header ends the reader', async () => {
    const { make, upload, staged, file, placed } = setUp({}, (child) => {
      child.onReceive = () => child.exit(11)
    })
    upload('GGUF one')
    await expect(make({ files: [file('GGUF one')] })).rejects.toMatchObject({ code: 'model_file_invalid' })
    expect([existsSync(staged('GGUF one')), placed()]).toEqual([true, []])
  })

  it('when the name is taken', async () => {
    const { make, upload, staged, file, starter } = setUp()
    upload('GGUF one')
    await expect(make({ name: starter.name, files: [file('GGUF one')] })).rejects.toMatchObject({
      code: 'model_name_taken',
    })
    expect(existsSync(staged('GGUF one'))).toBe(true)
  })

  it('when it was not sent, is no GGUF, or is several', async () => {
    const { make, upload, file } = setUp()
    await expect(make({ files: [file('GGUF one')] })).rejects.toMatchObject({ code: 'invalid_input' })
    upload('PK no model')
    await expect(make({ files: [file('PK no model')] })).rejects.toMatchObject({ code: 'invalid_input' })
    upload('GGUF one')
    upload('GGUF two')
    const two = [file('GGUF one'), file('GGUF two', 'b.gguf')]
    await expect(make({ files: two })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('a model that this machine has no memory for now', () => {
  it('is made, and says so', async () => {
    const error = { code: 'memory_short' as const, message: 'Too little memory.' }
    const { make, upload, file } = setUp({ loads: false, error })
    upload('GGUF one')
    expect((await make({ files: [file('GGUF one')] })).check).toMatchObject({ loads: false, error })
  })
})
