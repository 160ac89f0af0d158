import { describe, expect, it, vi } from 'vitest'
import type { LoadedModel } from '../shared/domain/engines.ts'
import { AppError } from '../shared/domain/errors.ts'
import type { Client } from './client.ts'
import type { NodeCore } from '../core/node.ts'
import { answerOf, fakeClient, fakeWorld, finish, loaded, model, text } from './program.testing.ts'

const engines = (...models: LoadedModel[]): Pick<Client['engines'], 'watch'> => ({
  watch: async () =>
    (async function* () {
      yield { models, totalMemoryBytes: 0, usedByModelsBytes: 0, quarantined: [] }
    })() as unknown as Awaited<ReturnType<Client['engines']['watch']>>, // an oRPC iterator is one with more methods
})

/** Every model that is asked for is in the library. */
const here: Partial<Client['models']> = { show: async ({ name }) => ({ model: model(name), modelfile: '' }) }

const generating = (
  generate: (input: Parameters<Client['engines']['generate']>[0], signal?: AbortSignal) => ReturnType<typeof answerOf>,
) => ({
  load: vi.fn(async () => {}),
  generate: (async (input, options) => generate(input, options?.signal)) as Client['engines']['generate'],
})

describe('wrong usage', () => {
  it.each([
    [['bogus'], /unknown command/],
    [['run'], /missing required argument 'model'/],
    [['list', '--bogus'], /unknown option/],
    [['serve', '--port', 'abc'], /number from 0 to 65535/],
    [['serve', '--port', '65536'], /number from 0 to 65535/],
    [['add'], /missing required argument/],
  ])('%o ends with 2 and says what is wrong', async (args, message) => {
    const world = fakeWorld(null)
    expect(await world.run(...args)).toBe(2)
    expect(world.err()).toMatch(message)
    expect(world.err()).toContain('hearth --help')
    expect(world.out()).toBe('')
  })

  it('is not to ask for help or the version', async () => {
    for (const args of [[], ['--help'], ['run', '--help']]) {
      const world = fakeWorld(null)
      expect(await world.run(...args)).toBe(0)
      expect(world.out()).toMatch(/Usage: hearth/)
    }
    const world = fakeWorld(null)
    expect(await world.run('--version')).toBe(0)
    expect(world.out()).toBe('1.2.3\n')
  })
})

describe('hearth list', () => {
  const client = fakeClient({
    models: { list: async () => [model('smollm2:135m', { lastUsedAt: Date.UTC(2026, 0, 2, 3, 4, 5) }), model('qwen')] },
  })

  it('is separated by tabs in a pipe and aligned on a terminal', async () => {
    const pipe = fakeWorld(client)
    expect(await pipe.run('list')).toBe(0)
    expect(pipe.out().split('\n')[1]).toBe('smollm2:135m\t98 MB\t135M\tQ4_1\t8192\tchat\t2026-01-02T03:04:05.000Z')
    const terminal = fakeWorld(client, { terminal: true })
    await terminal.run('list')
    const [titles, first, second] = terminal.out().split('\n')
    expect(first?.indexOf('98 MB')).toBe(titles?.indexOf('SIZE'))
    expect(second?.indexOf('98 MB')).toBe(titles?.indexOf('SIZE'))
    expect(pipe.open() + terminal.open()).toBe(0)
  })

  it('says on the error output what is wrong with a model', async () => {
    const world = fakeWorld(
      fakeClient({
        models: {
          list: async () => [model('lost', { problem: { code: 'model_file_missing', message: 'The file is gone.' } })],
        },
      }),
    )
    await world.run('list')
    expect(world.out()).toMatch(/lost.*unusable/)
    expect(world.err()).toBe('The file is gone.\n')
  })

  it('starts a core where none runs, and ends it', async () => {
    const close = vi.fn(async () => {})
    const startCore = vi.fn(async () => ({ client, close }) as unknown as NodeCore)
    const world = fakeWorld(null, { startCore })
    expect(await world.run('list')).toBe(0)
    expect(startCore).toHaveBeenCalledWith({ program: 'hearth list', headless: null })
    expect(close).toHaveBeenCalledOnce()
  })

  it('waits for a core that is just starting', async () => {
    let knocks = 0
    const world = fakeWorld(null, {
      connectToHolder: async () => (++knocks < 3 ? null : { client, close: async () => {} }),
      startCore: () => Promise.reject(new AppError({ code: 'folder_held', message: 'Held.' })),
    })
    expect(await world.run('list')).toBe(0)
    expect(world.out()).toContain('qwen')
  })

  it('fails with one sentence and what to do, without a stack', async () => {
    const error = new AppError({
      code: 'folder_read_only',
      message: 'Hearth can not write there.',
      suggestion: 'Choose another folder.',
    })
    const world = fakeWorld(null, { startCore: () => Promise.reject(error) })
    expect(await world.run('list')).toBe(1)
    expect(world.err()).toBe('Hearth can not write there. Choose another folder.\n')
    expect(world.out()).toBe('')
  })
})

describe('hearth ps', () => {
  it('shows what is in memory', async () => {
    const world = fakeWorld(fakeClient({ engines: engines(loaded) }))
    expect(await world.run('ps')).toBe(0)
    expect(world.out().split('\n')[1]).toBe('smollm2:135m\tready\t8192\t1/2\tcpu\t640 MB\t1\t0\tAt work')
    expect(world.open()).toBe(0)
  })

  it.each([
    [{ unloadAt: null }, 'Forever'],
    [{ unloadAt: 4 * 60_000 + 5000 }, '4 minutes from now'],
    [{ unloadAt: 30_000 }, 'less than a minute from now'],
    [{ unloadAt: 2 * 3_600_000 }, '2 hours from now'],
    [{ unloadAt: 60_000, state: 'loading' as const }, '-'],
  ])('says of %o that it stays: %s', async (more, stays) => {
    vi.spyOn(Date, 'now').mockReturnValue(1000)
    const unloadAt = more.unloadAt === null ? null : more.unloadAt + 1000
    const world = fakeWorld(fakeClient({ engines: engines({ ...loaded, active: 0, ...more, unloadAt }) }))
    await world.run('ps')
    expect(world.out().trim().split('\t').at(-1)).toBe(stays)
    vi.restoreAllMocks()
  })

  it('shows nothing where nothing runs, and starts nothing for it', async () => {
    const world = fakeWorld(null)
    expect(await world.run('ps')).toBe(0)
    expect(world.out().trim().split('\n')).toHaveLength(1)
  })
})

describe('hearth stop', () => {
  it('ends a model by any of its names', async () => {
    const unload = vi.fn(async () => {})
    const client = fakeClient({
      engines: { ...engines(loaded), unload },
      models: { list: async () => [model('smollm2:135m')] },
    })
    for (const name of ['smollm2:135m', 'SMOLLM2:135M', 'smollm2.gguf']) {
      const world = fakeWorld(client)
      expect(await world.run('stop', name)).toBe(0)
      expect(world.out()).toBe('Stopped smollm2:135m\n')
    }
    expect(unload).toHaveBeenCalledTimes(3)
  })

  it('says that a model is not in memory', async () => {
    for (const holder of [null, fakeClient({ engines: engines(), models: { list: async () => [] } })]) {
      const world = fakeWorld(holder)
      expect(await world.run('stop', 'qwen')).toBe(1)
      expect(world.err()).toMatch(/"qwen" is not in memory.*hearth ps/)
    }
  })
})

describe('hearth add', () => {
  it('reads the path from where it was typed', async () => {
    const add = vi.fn(async () => model('tiny'))
    const world = fakeWorld(fakeClient({ models: { add } }))
    expect(await world.run('add', 'models/tiny.gguf')).toBe(0)
    expect(add).toHaveBeenCalledWith({ path: '/work/models/tiny.gguf' })
    expect(world.out()).toContain('hearth run tiny')
  })
})

describe('hearth link', () => {
  it('prints the link alone', async () => {
    const world = fakeWorld(
      fakeClient({ server: { createLink: async () => ({ url: 'http://127.0.0.1:1234/enter?code=x' }) } }),
    )
    expect(await world.run('link')).toBe(0)
    expect(world.out()).toBe('http://127.0.0.1:1234/enter?code=x\n')
  })

  it('says how to start what it needs', async () => {
    const world = fakeWorld(null)
    expect(await world.run('link')).toBe(1)
    expect(world.err()).toMatch(/No Hearth is running.*hearth serve/)
  })
})

describe('hearth run with a prompt', () => {
  const client = fakeClient({ models: here, engines: generating(() => answerOf(text('Par'), text('is.'), finish)) })

  it('prints the answer and nothing else', async () => {
    const world = fakeWorld(client)
    expect(await world.run('run', 'smollm2:135m', 'Capital', 'of', 'France?')).toBe(0)
    expect(world.out()).toBe('Paris.\n')
    expect(world.err()).toBe('')
    expect(world.open()).toBe(0)
  })

  it('tells measured figures when asked, apart from the answer', async () => {
    const world = fakeWorld(client)
    await world.run('run', '--verbose', 'smollm2:135m', 'hi')
    expect(world.out()).toBe('Paris.\n')
    expect(world.err()).toContain('75.3 tokens/s')
    expect(world.err()).toContain('20 tokens (5 cached), 210.4 tokens/s')
  })

  it('puts what was piped in behind what was typed', async () => {
    const seen: unknown[] = []
    const listening = fakeClient({
      models: here,
      engines: generating((input) => {
        seen.push(input.input)
        return answerOf(finish)
      }),
    })
    const message = (content: string) => ({ kind: 'messages', messages: [{ role: 'user', content }] })
    await fakeWorld(listening, { pipedPrompt: async () => 'a file' }).run('run', 'm', 'Sum', 'up:')
    await fakeWorld(listening, { pipedPrompt: async () => 'a file' }).run('run', 'm')
    expect(seen).toEqual([message('Sum up:\n\na file'), message('a file')])
  })

  it('asks for a prompt when there is none', async () => {
    const world = fakeWorld(client, { pipedPrompt: async () => ' \n' })
    expect(await world.run('run', 'm')).toBe(1)
    expect(world.err()).toMatch(/no prompt.*hearth run m/)
  })

  it('says why there is no answer', async () => {
    const failing = fakeClient({
      models: here,
      engines: generating(() =>
        answerOf({
          type: 'error',
          choice: 0,
          error: { code: 'out_of_memory', message: 'The model needs more memory.', suggestion: 'Close programs.' },
        }),
      ),
    })
    const world = fakeWorld(failing)
    expect(await world.run('run', 'x', 'hi')).toBe(1)
    expect(world.err()).toBe('The model needs more memory. Close programs.\n')
  })

  it('keeps what was written when it is interrupted, and ends with 130', async () => {
    let stopped = false
    const slow = fakeClient({
      models: here,
      engines: generating(async function* (_input, signal) {
        yield text('Par')
        await new Promise((resolve) => signal?.addEventListener('abort', resolve))
        stopped = true
      }),
    })
    const world = fakeWorld(slow)
    const code = world.run('run', 'm', 'hi')
    await vi.waitFor(() => expect(world.out()).toBe('Par'))
    world.signal()
    expect(await code).toBe(130)
    expect(world.out()).toBe('Par\n')
    expect(stopped).toBe(true)
    expect(world.open()).toBe(0)
  })
})

describe('hearth run without a prompt', () => {
  function conversation(generate: Parameters<typeof generating>[0]) {
    const client = fakeClient({ models: here, engines: generating(generate) })
    const world = fakeWorld(client, { terminal: true })
    const code = world.run('run', 'smollm2:135m')
    const shows = (words: string | RegExp) => vi.waitFor(() => expect(world.out()).toMatch(words))
    return { ...world, code, shows, type: (line: string) => world.stdin.write(`${line}\r`) }
  }

  it('remembers what was said, until /bye', async () => {
    const heard: number[] = []
    const { type, shows, code, out } = conversation((input) => {
      heard.push(input.input.kind === 'messages' ? input.input.messages.length : 0)
      return answerOf(text(`answer ${heard.length}`), finish)
    })
    await shows('>>> ')
    type('one')
    await shows('answer 1')
    type('two')
    await shows('answer 2')
    type('/clear')
    await shows('new conversation')
    type('three')
    await shows('answer 3')
    type('/bye')
    expect(await code).toBe(0)
    expect(heard).toEqual([1, 3, 1])
    expect(out()).toContain('answer 3')
  })

  it('takes several lines between three quotes', async () => {
    const seen: unknown[] = []
    const { type, shows, code } = conversation((input) => {
      seen.push(input.input)
      return answerOf(text('ok'), finish)
    })
    await shows('>>> ')
    type('"""a')
    await shows('... ')
    type('b"""')
    await shows('ok')
    type('/bye')
    await code
    expect(seen).toMatchObject([{ messages: [{ content: 'a\nb' }] }])
  })

  it('stops an answer at Ctrl-C and leaves at the second', async () => {
    const { type, shows, code, stdin } = conversation(async function* (_input, signal) {
      yield text('endless')
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    })
    await shows('>>> ')
    type('go')
    await shows('endless')
    stdin.write('\u0003')
    await shows(/endless[\s\S]*>>> /)
    stdin.write('\u0003')
    expect(await code).toBe(130)
  })

  it('goes on after an answer that failed', async () => {
    let asked = 0
    const { type, shows, code, err } = conversation(() =>
      ++asked === 1
        ? answerOf({ type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'It crashed.' } })
        : answerOf(text('fine'), finish),
    )
    await shows('>>> ')
    type('one')
    await vi.waitFor(() => expect(err()).toContain('It crashed.'))
    type('two')
    await shows('fine')
    type('/bye')
    expect(await code).toBe(0)
  })

  it('ends at the end of the input', async () => {
    const { shows, code, stdin } = conversation(() => answerOf(finish))
    await shows('>>> ')
    stdin.write('\u0004')
    expect(await code).toBe(0)
  })
})

describe('hearth serve', () => {
  function serving(status: object = {}) {
    const stop = vi.fn(async () => {})
    const close = vi.fn(async () => {})
    const core = {
      server: {
        state: () => ({
          status: {
            addresses: ['http://127.0.0.1:1234', 'http://127.0.0.1:11434'],
            keyRequired: false,
            certificateFingerprint: null,
            error: null,
            ...status,
          },
          requests: [],
        }),
        createLink: () => ({ url: 'http://127.0.0.1:1234/enter?code=x' }),
        stop,
      },
    }
    const startCore = vi.fn(async () => ({ core, close }) as unknown as NodeCore)
    const world = fakeWorld(null, { startCore })
    return { world, stop, close, startCore }
  }

  it('says where it listens, and ends in good order at a signal', async () => {
    const { world, stop, close, startCore } = serving()
    const code = world.run('serve', '--host', '::1', '--port', '0')
    await vi.waitFor(() => expect(world.out()).toMatch(/browser/))
    expect(world.out().split('\n')).toEqual([
      'Hearth is listening on http://127.0.0.1:1234',
      'Also on http://127.0.0.1:11434',
      'Open http://127.0.0.1:1234/enter?code=x in a browser on this computer.',
      '',
    ])
    expect(startCore).toHaveBeenCalledWith({ program: 'hearth serve', headless: { host: '::1', port: 0, ui: true } })
    world.signal()
    expect(await code).toBe(0)
    expect(stop).toHaveBeenCalledWith({ graceMs: 5000 })
    expect(close).toHaveBeenCalledOnce()
  })

  it('offers no link without the interface, and warns aloud without a key', async () => {
    const { world } = serving({ addresses: ['http://192.168.1.5:1234'] })
    const code = world.run('serve', '--no-ui')
    await vi.waitFor(() => expect(world.out()).toMatch(/listening/))
    expect(world.err()).toMatch(/HEARTH_AUTH=off/)
    world.signal()
    await code
    expect(world.out()).not.toContain('browser')
  })

  it('shows by what its certificate is known, and what of the settings it could not do', async () => {
    const error = { code: 'key_required', message: 'Other computers would need no key.', suggestion: 'Make one.' }
    const { world } = serving({ addresses: ['https://127.0.0.1:1234'], certificateFingerprint: 'AB:CD', error })
    const code = world.run('serve', '--no-ui')
    await vi.waitFor(() => expect(world.out()).toMatch(/fingerprint/))
    expect(world.out()).toBe(
      'Hearth is listening on https://127.0.0.1:1234\nIts certificate has the SHA-256 fingerprint AB:CD\n',
    )
    expect(world.err()).toBe('Other computers would need no key. Make one.\n')
    world.signal()
    expect(await code).toBe(0)
  })

  it('fails with a sentence', async () => {
    const error = new AppError({
      code: 'port_in_use',
      message: 'Port 1234 is in use by another program.',
      suggestion: 'Choose another port or stop that program.',
    })
    const world = fakeWorld(null, { startCore: () => Promise.reject(error) })
    expect(await world.run('serve')).toBe(1)
    expect(world.err()).toBe('Port 1234 is in use by another program. Choose another port or stop that program.\n')
  })
})
