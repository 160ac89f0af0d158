import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { GgufFacts } from '../../../shared/domain/models.ts'
import { actor, answering, libraryUnderTest, planFixture, type ProbeChild } from '../library.testing.ts'
import { modelfileOf } from './describe.ts'
import { parseModelfile } from './parse.ts'

/** Finds an adapter in every file that is called one. */
const finding =
  (facts: Partial<GgufFacts> = {}) =>
  (child: ProbeChild) => {
    child.onReceive = (request) => {
      const isAdapter = request.type === 'gguf' && request.path.includes('lora')
      answering(isAdapter ? { isAdapter: true, ...facts } : {})(child)
      child.onReceive(request)
    }
  }

const setUp = (adapter: Partial<GgufFacts> = {}) => {
  const test = libraryUnderTest({ play: finding(adapter) })
  const make = (name: string, modelfile: string, folder: string | null = test.folder) =>
    test.library.create({ name, modelfile, folder, actor })
  return { ...test, make }
}

describe('making a model of a Modelfile', () => {
  it('shares the weights and takes over what is said', async () => {
    const { library, make, starter, file } = setUp()
    file('guide.txt', 'Wash your hands.')
    const lora = file('lora.gguf')
    const text = `FROM starter:1b
PARAMETER temperature 0.3
PARAMETER num_ctx 4096
PARAMETER num_gpu 1
PARAMETER num_thread 8
PARAMETER num_predict 100
PARAMETER num_batch 512
PARAMETER stop "<|end|>"
SYSTEM """你是医生。"""
TEMPLATE """{{ .System }} {{ .Prompt }}"""
MESSAGE user Is 2 even?
MESSAGE assistant Yes.
FILE ./guide.txt
ADAPTER ./lora.gguf
LICENSE MIT
`
    const model = await make('doctor', text)
    expect(model).toMatchObject({
      name: 'doctor',
      origin: 'made',
      path: starter.path,
      sizeBytes: starter.sizeBytes,
      facts: starter.facts,
      licenceText: 'MIT',
      defaults: {
        system: '你是医生。',
        sampling: { temperature: 0.3 },
        load: { contextLength: 4096, gpuLayers: 1, threads: 8, batchSize: 512, loras: [{ path: lora, scale: 1 }] },
        template: null,
        goTemplate: '{{ .System }} {{ .Prompt }}',
        stop: ['<|end|>'],
        maxTokens: 100,
      },
      made: {
        modelfile: text,
        from: 'starter:1b',
        messages: [
          { role: 'user', content: 'Is 2 even?' },
          { role: 'assistant', content: 'Yes.' },
        ],
        notObeyed: ['FILE ./guide.txt'],
      },
      problem: null,
    })
    expect(model.files.map(({ role, owned }) => [role, owned])).toEqual([
      ['weights', false],
      ['adapter', false],
      ['document', false],
    ])
    expect(library.get('doctor')).toEqual(model)
  })

  it('refuses an adapter that is none, or was made for another architecture', async () => {
    const { make, file } = setUp({ architecture: 'bert' })
    file('lora.gguf')
    file('model.gguf')
    await expect(make('a', 'FROM starter\nADAPTER ./model.gguf')).rejects.toMatchObject({
      code: 'modelfile_invalid',
      message: expect.stringContaining('no LoRA adapter'),
    })
    await expect(make('a', 'FROM starter\nADAPTER ./lora.gguf')).rejects.toMatchObject({
      code: 'modelfile_invalid',
      message: expect.stringContaining('bert'),
    })
  })

  it('keeps a draft model that is not in the library as a wish', async () => {
    const { make } = setUp()
    const { defaults, made } = await make('a', 'FROM starter\nDRAFT other:1b')
    expect(defaults.load).toEqual({})
    expect(made?.notObeyed).toEqual(['DRAFT other:1b'])
  })

  it('obeys a Jinja template', async () => {
    const { make } = setUp()
    const jinja = '{% for message in messages %}{{ message.content }}{% endfor %}'
    const { defaults, made } = await make('a', `FROM starter\nTEMPLATE "${jinja}"`)
    expect(defaults.template).toBe(jinja)
    expect(made?.notObeyed).toEqual([])
  })

  it('makes one of a made one: what is said anew counts, the rest stays', async () => {
    const { make } = setUp()
    await make('a', 'FROM starter:1b\nPARAMETER top_k 9\nPARAMETER num_keep 1\nTEMPLATE {{ .Prompt }}\nMESSAGE user Hi')
    const model = await make('b', 'FROM a\nPARAMETER num_keep 2\nPARAMETER temperature 1\nSYSTEM New.')
    expect(model).toMatchObject({
      defaults: { system: 'New.', sampling: { topK: 9, temperature: 1 }, goTemplate: '{{ .Prompt }}' },
      made: {
        from: 'a',
        messages: [{ role: 'user', content: 'Hi' }],
        notObeyed: ['PARAMETER num_keep 2'],
      },
    })
    expect((await make('c', 'FROM b')).defaults.system).toBe('New.')
  })

  it('makes one of a file, by a path that counts from the folder of the Modelfile', async () => {
    const { library, make, file, folder } = setUp()
    const path = file('w/own.gguf')
    const model = await make('own', 'FROM ./w/own.gguf')
    expect(model).toMatchObject({ path, made: { from: path } })
    expect(model.files).toMatchObject([{ owned: false }])
    expect(library.list()).toHaveLength(2)
    await expect(make('x', 'FROM ./w/own.gguf', null)).rejects.toMatchObject({ code: 'modelfile_invalid' })
    expect((await make('y', `FROM ${join(folder, 'w', 'own.gguf')}`, null)).path).toBe(path)
  })

  it('leaves a file of our own ours when it is named by its path', async () => {
    const { library, make, owned, models } = setUp()
    const own = owned('own.gguf')
    await library.addDownloaded({ plan: planFixture('own'), files: [own], actor })
    await make('made', `FROM ${own.path}`)
    expect(library.get('own').files).toEqual([own])
    await library.remove('own')
    await library.remove('made')
    await library.close()
    expect(readdirSync(models)).toEqual([])
  })

  it('can be said again under the same name, and then is another one', async () => {
    const { library, make } = setUp()
    await make('a', 'FROM starter\nSYSTEM One.')
    library.update('a', { tags: ['mine'] })
    await make('A', 'FROM starter\nSYSTEM Two.')
    expect(library.list().map(({ name }) => name)).toEqual(['a', 'starter:1b'])
    expect(library.get('a')).toMatchObject({ defaults: { system: 'Two.' }, tags: ['mine'] })
  })

  it.each([
    ['a name that is no model here', 'FROM qwen2.5:3b', 'model_not_found'],
    ['a name at a hub that ends like a file', 'FROM hf.co/me/a:a-Q4.gguf', 'model_not_found'],
    ['a file that is not there', 'FROM ./none.gguf', 'model_file_missing'],
    ['a file that is not there, by its name', 'FROM none.gguf', 'model_file_missing'],
    ['a folder', 'FROM ./', 'model_file_invalid'],
    ['an adapter that is not there', 'FROM starter\nADAPTER ./none.gguf', 'modelfile_invalid'],
    ['a document that is a folder', 'FROM starter\nFILE .', 'modelfile_invalid'],
    ['a path with a NUL', 'FROM starter\nFILE ./a\0b', 'modelfile_invalid'],
    ['a mistake', 'FROM starter\nPARAMETER x 1', 'modelfile_invalid'],
    ['a version that this one is not', 'FROM starter\nREQUIRES 1.3.0', 'modelfile_invalid'],
  ])('refuses %s', async (_, text, code) => {
    const { library, make } = setUp()
    await expect(make('a', text)).rejects.toMatchObject({ code })
    expect(library.list()).toHaveLength(1)
  })

  it('says how to get what it is made from, and where the mistake is', async () => {
    const { make } = setUp()
    await expect(make('a', 'FROM qwen2.5:3b')).rejects.toMatchObject({
      data: { model: 'qwen2.5:3b' },
      suggestion: expect.stringContaining('hearth pull qwen2.5:3b'),
    })
    await expect(make('a', 'FROM starter\nPARAMETER x 1')).rejects.toMatchObject({
      message: "Line 2, column 11 of the Modelfile: unknown parameter 'x'.",
      data: { line: 2, column: 11 },
    })
  })

  it.each(['starter:1b', 'starter', 'taken'])('does not take the place of %s', async (name) => {
    const { library, make, file } = setUp()
    await library.add(file('taken.gguf'), actor)
    await expect(make(name, 'FROM starter')).rejects.toMatchObject({ code: 'model_name_taken' })
  })

  it('finds the weights of a starter where the program lies at the next start', async () => {
    const { make, open, file, starter } = setUp()
    await make('a', 'FROM starter')
    rmSync(starter.path)
    const path = file('elsewhere/Starter.gguf')
    const moved = open({ starters: [{ ...starter, path, files: starter.files.map((one) => ({ ...one, path })) }] })
    expect(moved.get('a').path).toBe(path)
  })
})

describe('the Modelfile of a model', () => {
  it('makes the same model again', async () => {
    const { library, make, file } = setUp()
    file('guide.txt')
    file('lora.gguf')
    await make(
      'a',
      'FROM starter\nPARAMETER top_k 9\nPARAMETER num_keep 1\nPARAMETER num_batch 64\nPARAMETER main_gpu 1\n' +
        'PARAMETER use_mmap false\nPARAMETER use_mlock true\nPARAMETER stop ##\nFILE ./guide.txt\nADAPTER ./lora.gguf\n' +
        'DRAFT starter\n' +
        'TEMPLATE """{{ .System }}\n"""\nSYSTEM "Be\nbrief."\nMESSAGE user Hi\nLICENSE MIT\nRENDERER qwen3',
    )
    const model = library.update('a', { defaults: { maxTokens: 5 } })
    expect(model.defaults.load).toMatchObject({
      batchSize: 64,
      mainGpu: 1,
      mmap: false,
      mlock: true,
      draftModel: 'starter:1b',
    })
    const again = await make('b', modelfileOf(model))
    expect(again.defaults).toEqual(model.defaults)
    expect(again.files).toEqual(model.files)
    expect(again.licenceText).toBe(model.licenceText)
    expect(again.made?.messages).toEqual(model.made?.messages)
    expect(new Set(again.made?.notObeyed.map((kept) => kept.split(' ')[0]))).toEqual(
      new Set(['PARAMETER', 'FILE', 'RENDERER']),
    )
  })

  it('names the model itself where it was not made of another', () => {
    const { library } = setUp()
    const text = modelfileOf(library.get('starter'))
    expect(parseModelfile(text).modelfile).toMatchObject({ from: 'starter:1b', system: 'Be kind.' })
  })
})
