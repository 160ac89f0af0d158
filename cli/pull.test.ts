import { describe, expect, it, vi } from 'vitest'
import type { Download, PullEvent } from '../shared/domain/downloads.ts'
import { AppError } from '../shared/domain/errors.ts'
import type { Client } from './client.ts'
import type { NodeCore } from '../core/node.ts'
import { answerOf, fakeClient, fakeWorld, finish, model, streamOf, text } from './program.testing.ts'

const digest = '5ee4f07cdb9beadbbb293e85803c569b01bd37ed059d2715faa7bb405f31caa6'
const GB = 1_900_000_000

const download = (more: Partial<Download> = {}): Download => ({
  id: 'd1',
  name: 'qwen2.5:3b',
  title: 'Qwen2.5',
  hub: 'ollama',
  repo: 'library/qwen2.5',
  revision: 'r',
  variant: '3b',
  state: 'downloading',
  totalBytes: GB,
  doneBytes: 0,
  bytesPerSecond: 12_000_000,
  secondsLeft: 84,
  files: [],
  folder: '/models',
  waitingUntil: null,
  error: null,
  createdAt: 0,
  finishedAt: null,
  ...more,
})

const progress = (part: number, more: Partial<Download> = {}): PullEvent => ({
  type: 'progress',
  download: download({ doneBytes: GB * part, ...more }),
  file: { path: 'model', sha256: digest, sizeBytes: GB, doneBytes: GB * part },
})

const success: PullEvent = { type: 'success', model: 'qwen2.5:3b' }

const pulling = (stream: (signal?: AbortSignal) => AsyncIterable<PullEvent>) => ({
  // An oRPC iterator is one with more methods.
  pull: vi.fn(async (_input: { name: string }, options?: { signal?: AbortSignal }) =>
    stream(options?.signal),
  ) as unknown as Client['downloads']['pull'],
  pause: vi.fn(async () => {}),
})

async function* untilAbort(signal: AbortSignal | undefined, ...events: PullEvent[]): AsyncGenerator<PullEvent> {
  yield* events
  await new Promise((resolve) => signal?.addEventListener('abort', resolve))
}

describe('hearth pull in a pipe', () => {
  it('writes a line for each change of state and each tenth', async () => {
    const tenths = Array.from({ length: 101 }, (_, percent) => progress(percent / 100))
    const downloads = pulling(() =>
      streamOf<PullEvent>(
        { type: 'resolving', name: 'qwen2.5:3b' },
        ...tenths,
        { type: 'verifying' },
        { type: 'checking' },
        success,
      ),
    )
    const world = fakeWorld(fakeClient({ downloads }))
    expect(await world.run('pull', 'qwen2.5:3b')).toBe(0)
    const lines = world.out().trimEnd().split('\n')
    expect(lines.slice(0, 3)).toEqual([
      'pulling manifest',
      'pulling 5ee4f07cdb9b: 0% 0 kB of 1.9 GB',
      'pulling 5ee4f07cdb9b: 10% 190 MB of 1.9 GB',
    ])
    expect(lines.slice(-4)).toEqual([
      'pulling 5ee4f07cdb9b: 100% 1.9 GB of 1.9 GB',
      'verifying sha256 digest',
      'trying the model',
      'success',
    ])
    expect(lines).toHaveLength(15)
    expect(world.out()).not.toContain('\r')
    expect(world.open()).toBe(0)
  })

  it('tells the last tenth also when nobody looked in time', async () => {
    const downloads = pulling(() => streamOf<PullEvent>(progress(0.93), { type: 'verifying' }, success))
    const world = fakeWorld(fakeClient({ downloads }))
    await world.run('pull', 'qwen2.5:3b')
    expect(world.out()).toBe(
      'pulling 5ee4f07cdb9b: 93% 1.8 GB of 1.9 GB\npulling 5ee4f07cdb9b: 100% 1.9 GB of 1.9 GB\nverifying sha256 digest\nsuccess\n',
    )
  })

  it('names the file and the whole where a model has several', async () => {
    const files = [1, 2].map((n) => ({
      path: `q/m-0000${n}-of-00002.gguf`,
      sizeBytes: GB,
      doneBytes: 0,
      state: 'downloading' as const,
    }))
    const shard: PullEvent = {
      type: 'progress',
      download: download({ hub: 'huggingface', files, doneBytes: GB, totalBytes: 2 * GB }),
      file: { path: 'q/m-00002-of-00002.gguf', sha256: digest, sizeBytes: GB, doneBytes: 0 },
    }
    const world = fakeWorld(fakeClient({ downloads: pulling(() => streamOf<PullEvent>(shard, success)) }))
    await world.run('pull', 'hf.co/a/b')
    expect(world.out()).toContain('pulling m-00002-of-00002.gguf: 0% 0 kB of 1.9 GB (1.9 GB of 3.8 GB in all)\n')
  })

  it('says why it waits, once', async () => {
    const waiting: PullEvent = {
      type: 'waiting',
      until: 5,
      error: { code: 'hub_rate_limited', message: 'The hub asks for patience.', suggestion: 'It goes on by itself.' },
    }
    const world = fakeWorld(fakeClient({ downloads: pulling(() => streamOf<PullEvent>(waiting, waiting, success)) }))
    await world.run('pull', 'x')
    expect(world.out()).toBe('waiting: The hub asks for patience. It goes on by itself.\nsuccess\n')
  })

  it('shows nothing of a name that would move the cursor', async () => {
    const hostile: PullEvent = {
      type: 'progress',
      download: download({ hub: 'huggingface' }),
      file: { path: 'a\u001B[2Jb\r.gguf', sha256: null, sizeBytes: null, doneBytes: 250_000_000 },
    }
    const world = fakeWorld(fakeClient({ downloads: pulling(() => streamOf<PullEvent>(hostile, success)) }))
    await world.run('pull', 'x')
    expect(world.out()).toBe('pulling a?[2Jb?.gguf: 250 MB\nsuccess\n')
  })

  it('fails with what the hub says', async () => {
    const downloads = pulling(async function* () {
      yield { type: 'resolving', name: 'nope' } as const
      throw new AppError({ code: 'hub_not_found', message: 'There is no "nope".', suggestion: 'Check the spelling.' })
    })
    const world = fakeWorld(fakeClient({ downloads }))
    expect(await world.run('pull', 'nope')).toBe(1)
    expect(world.err()).toBe('There is no "nope". Check the spelling.\n')
  })
})

describe('hearth pull on a terminal', () => {
  it('writes over one line with speed and time left, and keeps what is done', async () => {
    const downloads = pulling(() => streamOf<PullEvent>(progress(0.5), progress(1), { type: 'verifying' }, success))
    const world = fakeWorld(fakeClient({ downloads }), { terminal: true })
    expect(await world.run('pull', 'qwen2.5:3b')).toBe(0)
    expect(world.out()).toBe('')
    expect(world.err()).toBe(
      '\r\u001B[Kpulling 5ee4f07cdb9b  [==========          ]  50% 950 MB of 1.9 GB  12 MB/s  1m24s left' +
        '\r\u001B[Kpulling 5ee4f07cdb9b: 100% 1.9 GB of 1.9 GB\nverifying sha256 digest\nsuccess\n',
    )
  })
})

describe('hearth pull that is interrupted', () => {
  it('says that everything is kept and how to go on, and ends with 130', async () => {
    const downloads = pulling((signal) => untilAbort(signal, progress(0.3)))
    const world = fakeWorld(fakeClient({ downloads }))
    const code = world.run('pull', 'qwen2.5:3b')
    await vi.waitFor(() => expect(world.out()).toContain('30%'))
    world.signal()
    expect(await code).toBe(130)
    expect(downloads.pause).toHaveBeenCalledWith({ id: 'd1' })
    expect(world.err()).toMatch(/kept; go on with: hearth pull qwen2\.5:3b\n$/)
    expect(world.open()).toBe(0)
  })

  it('ends although the stream never says another word', async () => {
    const downloads = pulling(async function* () {
      yield progress(0.3)
      await new Promise(() => {})
    })
    const world = fakeWorld(fakeClient({ downloads }))
    const code = world.run('pull', 'qwen2.5:3b')
    await vi.waitFor(() => expect(world.out()).toContain('30%'))
    world.signal()
    expect(await code).toBe(130)
  })

  it('keeps the core of the command until the model is there', async () => {
    let finishIt = () => {}
    const finished = new Promise<void>((resolve) => (finishIt = resolve))
    const downloads = pulling(async function* () {
      yield progress(0.1)
      await finished
      yield success
    })
    const close = vi.fn(async () => {})
    const client = fakeClient({ downloads })
    const world = fakeWorld(null, { startCore: async () => ({ client, close }) as unknown as NodeCore })
    const code = world.run('pull', 'qwen2.5:3b')
    await vi.waitFor(() => expect(world.out()).toContain('10%'))
    expect(close).not.toHaveBeenCalled()
    finishIt()
    expect(await code).toBe(0)
    expect(close).toHaveBeenCalledOnce()
  })
})

describe('hearth run with a model that is not here', () => {
  const notHere = new AppError({ code: 'model_not_found', message: 'No such model.' })

  it('fetches it first and keeps that apart from the answer', async () => {
    const asked: string[] = []
    const client = fakeClient({
      models: { show: () => Promise.reject(notHere) },
      downloads: pulling(() => streamOf<PullEvent>(progress(1), success)),
      engines: {
        generate: (async (input: { model: string }) => {
          asked.push(input.model)
          return answerOf(text('Hi.'), finish)
        }) as unknown as Client['engines']['generate'],
      },
    })
    const world = fakeWorld(client)
    expect(await world.run('run', 'qwen2.5:3b', 'hello')).toBe(0)
    expect(world.out()).toBe('Hi.\n')
    expect(world.err()).toContain('success\n')
    expect(asked).toEqual(['qwen2.5:3b'])
  })

  it('says that it is not here and why it could not be fetched', async () => {
    const client = fakeClient({
      models: { show: () => Promise.reject(notHere) },
      downloads: pulling(async function* () {
        yield* []
        throw new AppError({ code: 'hub_unreachable', message: 'The hub can not be reached.', suggestion: 'Check.' })
      }),
    })
    const world = fakeWorld(client)
    expect(await world.run('run', 'typo', 'hello')).toBe(1)
    expect(world.err()).toBe('There is no model "typo" on this computer. The hub can not be reached. Check.\n')
  })

  it('asks no hub about one that is here', async () => {
    const downloads = pulling(() => streamOf<PullEvent>(success))
    const client = fakeClient({
      downloads,
      models: { show: async ({ name }) => ({ model: model(name), modelfile: '' }) },
      engines: { generate: (async () => answerOf(finish)) as unknown as Client['engines']['generate'] },
    })
    await fakeWorld(client).run('run', 'smollm2:135m', 'hello')
    expect(downloads.pull).not.toHaveBeenCalled()
  })
})

describe('hearth downloads', () => {
  const state = (...downloads: Download[]) =>
    (async () =>
      streamOf({
        downloads,
        bytesPerSecond: 0,
        secondsLeft: null,
        progress: null,
      })) as unknown as Client['downloads']['watch']

  it('lists what is fetched and says what failed', async () => {
    const failed = download({
      id: 'd2',
      name: 'other',
      state: 'failed',
      error: { code: 'disk_full', message: 'Full.' },
    })
    const world = fakeWorld(fakeClient({ downloads: { watch: state(download({ doneBytes: GB / 2 }), failed) } }))
    expect(await world.run('downloads')).toBe(0)
    expect(world.out().split('\n')[1]).toBe('d1\tqwen2.5:3b\tdownloading\t950 MB of 1.9 GB\t12 MB/s\t1m24s')
    expect(world.err()).toBe('other: Full.\n')
  })

  it('pauses and cancels by name or by the beginning of an id', async () => {
    const [pause, cancel] = [vi.fn(async () => {}), vi.fn(async () => {})]
    const watch = state(download({ id: 'abc' }), download({ id: 'abd', name: 'other' }))
    const world = fakeWorld(fakeClient({ downloads: { watch, pause, cancel } }))
    expect(await world.run('downloads', 'pause', 'other')).toBe(0)
    expect(await world.run('downloads', 'cancel', 'abc')).toBe(0)
    expect([pause.mock.calls, cancel.mock.calls]).toEqual([[[{ id: 'abd' }]], [[{ id: 'abc' }]]])
    expect(await world.run('downloads', 'pause', 'ab')).toBe(1)
    expect(await world.run('downloads', 'pause', 'zz')).toBe(1)
    expect(world.err()).toMatch(/"ab" means several.*\nThere is no download "zz"/)
  })

  it('resumes only where something runs that can go on with it', async () => {
    const world = fakeWorld(null)
    expect(await world.run('downloads', 'resume', 'qwen2.5:3b')).toBe(1)
    expect(world.err()).toMatch(/No Hearth is running.*hearth pull qwen2\.5:3b/)
  })
})
