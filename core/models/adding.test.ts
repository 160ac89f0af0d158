import { existsSync, rmSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ModelFile } from '../../shared/domain/models.ts'
import { actor, answering, attachmentsFixture, libraryUnderTest, planFixture } from './library.testing.ts'
import { parseModelfile } from './modelfile/parse.ts'

const sha = (digit: string) => digit.repeat(64)

describe('a downloaded model', () => {
  it('of several shards and a projector is one model with the size of its weights', async () => {
    const { library, open, owned, children } = libraryUnderTest()
    const files = [
      owned('q/a-00001-of-00002.gguf', 'GGUF1'),
      owned('q/a-00002-of-00002.gguf', 'GGUF22'),
      owned('q/mmproj.gguf', 'GGUF333', 'projector'),
    ]
    const plan = planFixture('hf.co/me/a:Q4_K_M')
    const model = await library.addDownloaded({ plan, files, actor })
    expect(model).toMatchObject({
      name: 'hf.co/me/a:Q4_K_M',
      origin: 'hub',
      path: files[0]?.path,
      sizeBytes: 11,
      source: plan.source,
      made: null,
      problem: null,
    })
    expect(children[0]?.received).toEqual([{ type: 'gguf', path: files[0]?.path }])
    expect(open().get('HF.co/me/a:q4_k_m')).toEqual(model)
    rmSync(files[1]?.path ?? '')
    expect(library.find(model.name)?.problem?.code).toBe('model_file_missing')
  })

  it('takes over what the registry sends along, and keeps what it can not obey', async () => {
    const { library, owned } = libraryUnderTest()
    const attachments = attachmentsFixture({
      template: '{{ .System }}{{ .Prompt }}',
      system: 'Be brief.',
      parameters: {
        stop: ['<|im_start|>', '<|im_end|>'],
        temperature: 0.7,
        num_ctx: 4096,
        num_keep: 24,
        mirostat: 1,
        rope_magic: 'x',
        top_p: 17,
        __proto__: 5,
        nested: { a: 1 },
      },
      licences: ['MIT', '', 'Apache 2.0'],
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'root', content: 'x' },
      ],
    })
    const model = await library.addDownloaded({
      plan: planFixture('qwen2.5:3b', { attachments }),
      files: [owned('qwen.gguf')],
      actor,
    })
    expect(model).toMatchObject({
      defaults: {
        system: 'Be brief.',
        sampling: { temperature: 0.7 },
        load: { contextLength: 4096 },
        stop: ['<|im_start|>', '<|im_end|>'],
        template: null,
        goTemplate: '{{ .System }}{{ .Prompt }}',
      },
      licenceText: 'MIT\n\nApache 2.0',
      made: {
        messages: [{ role: 'user', content: 'Hi' }],
        notObeyed: ['PARAMETER num_keep 24', 'PARAMETER rope_magic x', 'PARAMETER top_p 17'],
      },
    })
    expect(model.defaults.sampling.topP).toBeUndefined()
    expect(model.made?.modelfile).toContain('TEMPLATE {{ .System }}{{ .Prompt }}')
  })

  it('uses the Jinja template of the file and does not complain of the other one', async () => {
    const { library, owned } = libraryUnderTest({ play: answering({ chatTemplate: '{% for %}' }) })
    const { made, defaults } = await library.addDownloaded({
      plan: planFixture('a', { attachments: attachmentsFixture({ template: '{{ .Prompt }}' }) }),
      files: [owned('a.gguf')],
      actor,
    })
    expect(made?.notObeyed).toEqual([])
    expect(defaults.template).toBeNull()
    expect(parseModelfile(made?.modelfile ?? '').modelfile).toMatchObject({ from: 'a', template: '{{ .Prompt }}' })
  })

  it('takes the place of the older one; the old file goes to the trash, what was set stays', async () => {
    const trashed: string[] = []
    const trash = async (path: string) => {
      trashed.push(path)
      rmSync(path)
    }
    const { library, owned } = libraryUnderTest({ trash })
    const old = owned('old.gguf')
    await library.addDownloaded({ plan: planFixture('a'), files: [old], actor })
    library.update('a', { favourite: true, defaults: { maxTokens: 7 } })
    library.noteUse('a', { decodeTps: 1, prefillTps: null, contextTokens: 1, measuredAt: 1 })
    const plan = planFixture('a')
    plan.source.revision = 'r2'
    const next = owned('new.gguf', 'GGUF2')
    await library.addDownloaded({ plan, files: [next], actor })
    expect(library.list().map(({ name }) => name)).toEqual(['a', 'starter:1b'])
    expect(library.get('a')).toMatchObject({
      path: next.path,
      favourite: true,
      defaults: { maxTokens: 7 },
      source: { revision: 'r2' },
      measured: null,
      lastUsedAt: 1,
    })
    expect(trashed).toEqual([old.path])
  })

  it('leaves the older file to a made model that shares it', async () => {
    const { library, owned, folder } = libraryUnderTest()
    const old = owned('old.gguf')
    await library.addDownloaded({ plan: planFixture('a'), files: [old], actor })
    await library.create({ name: 'made', modelfile: 'FROM a', folder, actor })
    await library.addDownloaded({ plan: planFixture('a'), files: [owned('new.gguf')], actor })
    expect(existsSync(old.path)).toBe(true)
    expect(library.get('made').path).toBe(old.path)
  })

  it('whose new file lies where the old one lay changes for all that share it', async () => {
    const { library, owned } = libraryUnderTest()
    await library.addDownloaded({ plan: planFixture('a'), files: [owned('a.gguf')], actor })
    library.duplicate('a', 'b', actor)
    const files = [{ ...owned('a.gguf', 'GGUF-new'), sha256: sha('c') }]
    await library.addDownloaded({ plan: planFixture('a'), files, actor })
    expect(library.get('b')).toMatchObject({ sizeBytes: 8, files: [{ sha256: sha('c') }], problem: null })
  })

  it.each([
    ['a starter model', 'starter:1b', 'starter:1b-2'],
    ['another name of a starter', 'Starter', 'Starter-2'],
    ['a model of another source', 'mine', 'mine-2'],
  ])('never takes the name of %s', async (_, name, expected) => {
    const { library, owned, file } = libraryUnderTest()
    await library.add(file('mine.gguf'), actor)
    const model = await library.addDownloaded({ plan: planFixture(name), files: [owned('a.gguf')], actor })
    expect(model.name).toBe(expected)
  })

  it('is named as nearly as can be when its name is none', async () => {
    const { library, owned } = libraryUnderTest()
    const plan = planFixture('hf.co/me/../../etc\u202E:My file.gguf')
    const { name } = await library.addDownloaded({ plan, files: [owned('a.gguf')], actor })
    expect(name).toBe('hf.co/me/etc-:My-file.gguf')
    expect(library.find(name)).toBeDefined()
  })

  it('is not added when its header kills the reader', async () => {
    const { library, owned } = libraryUnderTest({ play: (child) => (child.onReceive = () => child.exit(139)) })
    const adding = library.addDownloaded({ plan: planFixture('a'), files: [owned('a.gguf')], actor })
    await expect(adding).rejects.toMatchObject({ code: 'model_file_invalid' })
    expect(library.list()).toHaveLength(1)
  })
})

describe('an imported model', () => {
  it('brings its settings and takes the next free name', async () => {
    const { library, owned, file } = libraryUnderTest()
    await library.add(file('a.gguf'), actor)
    const imported = {
      name: 'a',
      files: [{ ...owned('b.gguf'), sha256: sha('b') }],
      defaults: { system: 'S', sampling: {}, load: {}, template: null, goTemplate: null, stop: ['x'], maxTokens: 3 },
      source: null,
      made: null,
      licenceText: 'MIT',
      tags: ['work'],
    }
    const model = await library.addImported(imported, actor)
    expect(model).toMatchObject({ ...imported, name: 'a-2', origin: 'imported' })
  })
})

describe('a file that is added', () => {
  it('as one of several shards brings the others, whichever was chosen', async () => {
    const { library, file } = libraryUnderTest()
    const first = file('big-00001-of-00003.gguf', 'GGUF')
    const second = file('big-00002-of-00003.gguf', 'GGUF')
    file('big-00003-of-00003.gguf', 'GGUFF')
    const model = await library.add(second, actor)
    expect(model).toMatchObject({ name: 'big', path: first, sizeBytes: 13 })
    expect(model.files).toHaveLength(3)
    expect(await library.add(first, actor)).toEqual(model)
  })

  it('as one of several shards is refused when another is missing, by its name', async () => {
    const { library, file } = libraryUnderTest()
    await expect(library.add(file('big-00001-of-00002.gguf'), actor)).rejects.toMatchObject({
      code: 'model_file_missing',
      data: { file: 'big-00002-of-00002.gguf' },
    })
  })

  it('may get a name of its own, if that is one and free', async () => {
    const { library, file } = libraryUnderTest()
    const path = file('a.gguf')
    await expect(library.add(path, actor, 'starter:1b')).rejects.toMatchObject({ code: 'model_name_taken' })
    await expect(library.add(path, actor, '../x')).rejects.toMatchObject({ code: 'name_invalid' })
    expect((await library.add(path, actor, 'mine:1b')).name).toBe('mine:1b')
  })

  it('is another one when its header is read again after it was cut short and mended', async () => {
    const { library, file } = libraryUnderTest()
    const path = file('a.gguf', 'GGUF-long')
    await library.add(path, actor)
    library.update('a', { tags: ['mine'] })
    file('a.gguf', 'GGUF')
    expect(library.find('a')?.problem?.code).toBe('model_file_truncated')
    expect(await library.add(path, actor)).toMatchObject({ name: 'a', sizeBytes: 4, tags: ['mine'], problem: null })
  })

  it('is found by its hash only if it is our own and whole', async () => {
    const { library, owned, file } = libraryUnderTest()
    const own: ModelFile = { ...owned('own.gguf'), sha256: sha('a') }
    await library.addDownloaded({ plan: planFixture('own'), files: [own], actor })
    const theirs = file('theirs.gguf')
    await library.add(theirs, actor)
    library.setFileHash(theirs, sha('B'))
    expect(library.findOwnFile(sha('A'))).toEqual(own)
    expect(library.findOwnFile(sha('b'))).toBeUndefined()
    expect(library.get('theirs').files[0]?.sha256).toBe(sha('b'))
    expect(library.modelsOfFile(own.path).map(({ name }) => name)).toEqual(['own'])
    owned('own.gguf', 'GG')
    expect(library.findOwnFile(sha('a'))).toBeUndefined()
  })
})
