import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PullEvent } from '../shared/domain/downloads.ts'
import { AppError } from '../shared/domain/errors.ts'
import type { CatalogueModel } from '../shared/domain/hubs.ts'
import type { Modelfile, ModelfileProblem } from '../shared/domain/models.ts'
import type { Client } from './client.ts'
import { fakeClient, fakeWorld, model, streamOf } from './program.testing.ts'

const modelfile = (more: Partial<Modelfile> = {}): Modelfile => ({
  from: 'smollm2:135m',
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
  ...more,
})

const parsed = (more: Partial<Modelfile> = {}, problems: ModelfileProblem[] = []) => ({
  parseModelfile: vi.fn(async () => ({ modelfile: modelfile(more), problems })),
})

describe('hearth show', () => {
  const text = 'FROM ./m.gguf\nPARAMETER stop "<|im_end|>"\n'
  const parameters = [
    { name: 'temperature', value: '0.7' },
    { name: 'stop', value: '<|im_end|>' },
  ]
  const shown = model('smollm2:135m', {
    defaults: {
      system: 'Be brief.',
      sampling: {},
      load: {},
      template: null,
      goTemplate: null,
      stop: [],
      maxTokens: null,
    },
    licenceText: 'Apache License\nVersion 2.0\n\nmore\nand more\n',
  })
  shown.facts.chatTemplate = '{{ messages }}'
  const client = fakeClient({
    models: { show: async () => ({ model: shown, modelfile: text }), ...parsed({ parameters }) },
  })

  it('tells in sections what a model is', async () => {
    const world = fakeWorld(client)
    expect(await world.run('show', 'smollm2:135m')).toBe(0)
    expect(world.out()).toBe(`  Model
    architecture      llama
    parameters        135M
    context length    8192
    quantization      Q4_1
    size              98 MB
    file              /m.gguf

  Capabilities
    completion

  Parameters
    temperature    0.7
    stop           "<|im_end|>"

  System
    Be brief.

  License
    Apache License
    Version 2.0
    more
    …
`)
  })

  it.each([
    ['--modelfile', text],
    ['--license', 'Apache License\nVersion 2.0\n\nmore\nand more\n'],
    ['--system', 'Be brief.\n'],
    ['--template', '{{ messages }}\n'],
    ['--parameters', `${'temperature'.padEnd(30)} 0.7\n${'stop'.padEnd(30)} <|im_end|>\n`],
  ])('prints with %s that part alone', async (option, expected) => {
    const world = fakeWorld(client)
    expect(await world.run('show', 'smollm2:135m', option)).toBe(0)
    expect(world.out()).toBe(expected)
  })

  it('takes one part at a time', async () => {
    const world = fakeWorld(client)
    expect(await world.run('show', 'x', '--system', '--template')).toBe(2)
    expect(world.err()).toMatch(/cannot be used with/)
  })
})

describe('hearth rm and cp', () => {
  it('take out every model that is there, and say which was not', async () => {
    const remove = vi.fn(async ({ name }: { name: string }) => {
      if (name === 'nope') throw new AppError({ code: 'model_not_found', message: 'There is no model "nope".' })
      return { undoId: 'u' }
    })
    const world = fakeWorld(fakeClient({ models: { remove } }))
    expect(await world.run('rm', 'a', 'nope', 'b')).toBe(1)
    expect(world.out()).toBe("deleted 'a'\ndeleted 'b'\n")
    expect(world.err()).toBe('There is no model "nope".\n')
    expect(await world.run('rm', 'a')).toBe(0)
  })

  it('give a model a second name', async () => {
    const duplicate = vi.fn(async () => model('b'))
    const world = fakeWorld(fakeClient({ models: { duplicate } }))
    expect(await world.run('cp', 'a', 'b')).toBe(0)
    expect(duplicate).toHaveBeenCalledWith({ name: 'a', to: 'b' })
    expect(world.out()).toBe("copied 'a' to 'b'\n")
  })
})

describe('hearth create', () => {
  let cwd: string
  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'hearth-create-'))
  })
  afterEach(() => rmSync(cwd, { recursive: true }))

  const made = (notObeyed: string[] = []) =>
    vi.fn<Client['models']['create']>(async () =>
      model('mine', { made: { modelfile: '', from: 'x', messages: [], notObeyed } }),
    )
  const here: Partial<Client['models']> = { show: async ({ name }) => ({ model: model(name), modelfile: '' }) }

  it('reads ./Modelfile, or the one that is named, and counts paths from its folder', async () => {
    const create = made()
    const client = fakeClient({ models: { ...here, ...parsed(), create } })
    writeFileSync(path.join(cwd, 'Modelfile'), 'FROM smollm2:135m')
    mkdirSync(path.join(cwd, 'sub'))
    writeFileSync(path.join(cwd, 'sub', 'mine.txt'), 'FROM other')
    const world = fakeWorld(client, { cwd })
    expect(await world.run('create', 'mine')).toBe(0)
    expect(await world.run('create', 'mine', '-f', 'sub/mine.txt')).toBe(0)
    expect(create.mock.calls.map(([input]) => input)).toEqual([
      { name: 'mine', modelfile: 'FROM smollm2:135m', folder: cwd },
      { name: 'mine', modelfile: 'FROM other', folder: path.join(cwd, 'sub') },
    ])
    expect(world.out()).toBe('success\nsuccess\n')
  })

  it('reads the standard input with -f -', async () => {
    const create = made()
    const world = fakeWorld(fakeClient({ models: { ...here, ...parsed(), create } }), { cwd })
    const code = world.run('create', 'mine', '-f', '-')
    world.stdin.end('FROM smollm2:135m\nSYSTEM 你好')
    expect(await code).toBe(0)
    expect(create).toHaveBeenCalledWith({ name: 'mine', modelfile: 'FROM smollm2:135m\nSYSTEM 你好', folder: cwd })
  })

  it.each([
    ['UTF-8', [0xef, 0xbb, 0xbf, ...Buffer.from('FROM 模')]],
    ['UTF-16 as Windows writes it', [0xff, 0xfe, ...Buffer.from('FROM 模', 'utf16le')]],
    ['UTF-16 the other way round', [0xfe, 0xff, ...Buffer.from('FROM 模', 'utf16le').swap16()]],
  ])('understands a byte order mark of %s', async (_what, bytes) => {
    const create = made()
    writeFileSync(path.join(cwd, 'Modelfile'), Uint8Array.from(bytes))
    const world = fakeWorld(fakeClient({ models: { ...here, ...parsed(), create } }), { cwd })
    await world.run('create', 'mine')
    expect(create.mock.calls[0]?.[0].modelfile).toBe('FROM 模')
  })

  it('says what is wrong with its line and column, and makes nothing', async () => {
    const create = made()
    const problems: ModelfileProblem[] = [
      { line: 1, column: 1, severity: 'warning', message: 'low_vram is dropped' },
      { line: 3, column: 11, severity: 'error', message: "unknown parameter 'x'" },
    ]
    writeFileSync(path.join(cwd, 'Modelfile'), 'FROM x')
    const world = fakeWorld(fakeClient({ models: { ...here, ...parsed({}, problems), create } }), { cwd })
    expect(await world.run('create', 'mine')).toBe(1)
    expect(world.err()).toBe("Modelfile:1:1: warning: low_vram is dropped\nModelfile:3:11: unknown parameter 'x'\n")
    expect(create).not.toHaveBeenCalled()
  })

  it('says what is dropped or kept but not obeyed, and makes it all the same', async () => {
    writeFileSync(path.join(cwd, 'Modelfile'), 'FROM x')
    const warning: ModelfileProblem = { line: 2, column: 1, severity: 'warning', message: 'low_vram is dropped' }
    const create = made(['ADAPTER ./lora.gguf', 'TEMPLATE """{{ .Prompt }}\nmore"""'])
    const world = fakeWorld(fakeClient({ models: { ...here, ...parsed({}, [warning]), create } }), { cwd })
    expect(await world.run('create', 'mine')).toBe(0)
    expect(world.err()).toBe(
      'Modelfile:2:1: warning: low_vram is dropped\n' +
        'kept, but not obeyed by this version: ADAPTER ./lora.gguf\n' +
        'kept, but not obeyed by this version: TEMPLATE """{{ .Prompt }} …\n',
    )
  })

  function fetching() {
    const pull = vi.fn(async () => streamOf<PullEvent>({ type: 'success', model: 'qwen3:0.6b' }))
    const create = made()
    const show = () => Promise.reject(new AppError({ code: 'model_not_found', message: 'No.' }))
    const clientFor = (from: string) =>
      fakeClient({
        models: { show, ...parsed({ from }), create },
        downloads: { pull: pull as unknown as Client['downloads']['pull'] },
      })
    writeFileSync(path.join(cwd, 'Modelfile'), 'FROM x')
    writeFileSync(path.join(cwd, 'weights'), 'GGUF')
    return { pull, create, run: (from: string) => fakeWorld(clientFor(from), { cwd }).run('create', 'mine') }
  }

  it('fetches what it is made from when that is not here', async () => {
    const { pull, create, run } = fetching()
    expect(await run('qwen3:0.6b')).toBe(0)
    expect(pull.mock.calls[0]).toMatchObject([{ name: 'qwen3:0.6b' }, {}])
    expect(create).toHaveBeenCalledOnce()
  })

  it.each(['./nope.gguf', '../x', '/abs/nope', 'C:\\models\\nope', '~/m', 'nope.gguf', 'weights'])(
    'asks no hub about a path: %s',
    async (from) => {
      const { pull, run } = fetching()
      await run(from)
      expect(pull).not.toHaveBeenCalled()
    },
  )

  it('says which file can not be read', async () => {
    const world = fakeWorld(fakeClient({}), { cwd })
    expect(await world.run('create', 'mine', '-f', 'nope')).toBe(1)
    expect(world.err()).toContain(path.join(cwd, 'nope'))
  })
})

describe('hearth models', () => {
  const entry = (name: string, parameters: number, more: Partial<CatalogueModel> = {}): CatalogueModel => ({
    name,
    aliases: [],
    title: name,
    parameters,
    architecture: 'qwen3',
    contextLength: 32768,
    licence: 'apache-2.0',
    languages: ['zh', 'en'],
    scenarios: ['chineseChat'],
    kind: 'chat',
    strength: 'small',
    shape: null,
    sources: [{ hub: 'ollama', repo: 'library/x' }],
    variants: [{ id: 'q4', sizeBytes: 500_000_000 }],
    ...more,
  })
  const client = fakeClient({
    hubs: {
      catalogue: async () => [
        entry('qwen3:0.6b', 0.6e9, { aliases: ['qwen3'] }),
        entry('qwen2.5-coder:7b', 7e9, { scenarios: ['coding'] }),
        entry('bge-m3', 0.57e9, { kind: 'embedding', scenarios: ['embedding'] }),
        entry('qwen3:14b', 14e9),
      ],
    },
    models: { list: async () => [model('qwen3')] },
  })
  const names = async (...args: string[]) => {
    const world = fakeWorld(client)
    expect(await world.run('models', 'list', ...args)).toBe(0)
    return world
      .out()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[0])
  }

  it('lists the recommended ones and which of them are here', async () => {
    const world = fakeWorld(client)
    await world.run('models', 'list')
    expect(world.out().split('\n')[1]).toBe('qwen3:0.6b\t600M\t500 MB\tapache-2.0\tzh,en\tchineseChat\tyes')
    expect(world.out().split('\n')[2]).toMatch(/\tno$/)
  })

  it('filters by size and type', async () => {
    expect(await names('--size', 'small', '--type', 'instruct')).toEqual(['qwen2.5-coder:7b'])
    expect(await names('--size', 'medium')).toEqual(['qwen3:14b'])
    expect(await names('--type', 'embedding')).toEqual(['bge-m3'])
    expect(await names('--type', 'coder')).toEqual(['qwen2.5-coder:7b'])
    expect(await names('--type', 'vision')).toEqual([])
  })

  it('knows which sizes and types there are', async () => {
    const world = fakeWorld(client)
    expect(await world.run('models', 'list', '--size', 'huge')).toBe(2)
    expect(world.err()).toMatch(/tiny, small, medium, large/)
  })

  it('pulls as hearth pull does', async () => {
    const pull = vi.fn(async () => streamOf<PullEvent>({ type: 'success', model: 'phi' }))
    const world = fakeWorld(fakeClient({ downloads: { pull: pull as unknown as Client['downloads']['pull'] } }))
    expect(await world.run('models', 'pull', 'microsoft/phi-4-mini')).toBe(0)
    expect(pull.mock.calls[0]).toMatchObject([{ name: 'microsoft/phi-4-mini' }, {}])
  })
})
