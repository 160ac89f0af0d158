import { describe, expect, it } from 'vitest'
import type { BackendChoice } from '../../shared/domain/hardware.ts'
import type { EngineRequest, EngineToHost, HostToEngine } from '../../shared/process/engine.ts'
import { type PlayedChild, playedHost } from '../host/host.testing.ts'
import { modelFixture } from '../models/model.testing.ts'
import { createNotices } from '../system/notices.ts'
import { createPool, type RunEvent } from './pool.ts'

type Engine = PlayedChild<HostToEngine, EngineToHost>

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const model = (name: string, sizeBytes = 1e8) =>
  modelFixture({ name, sizeBytes, facts: { parameters: 135e6, quantization: 'Q4_1', chatTemplate: 'x' } })
const request: EngineRequest = {
  input: { kind: 'prompt', prompt: 'Hi' },
  sampling: {},
  stop: [],
  constraint: { kind: 'none' },
  tools: [],
  toolChoice: 'auto',
  reasoning: { mode: 'auto' },
  truncate: true,
  seed: 1,
}

/** An engine that loads at once and answers nothing by itself. */
function loadsAtOnce(engine: Engine): void {
  engine.onReceive = (message) => {
    if (message.type !== 'load') return
    const { contextLength, slots, backend } = message.options
    engine.send({ type: 'ready', contextLength, slots, backend, canChat: true })
  }
}

function poolWith(
  play: (engine: Engine) => void,
  options: { chosen?: BackendChoice['chosen']; free?: () => number; total?: number } = {},
) {
  const host = playedHost<HostToEngine, EngineToHost>(play)
  const notices = createNotices()
  const pool = createPool({
    host,
    notices,
    hardware: {
      choice: async () => ({ chosen: options.chosen ?? 'cpu', gpu: null, rejected: [], fallbackFrom: null }),
      cpu: async () => ({ model: 'x', physicalCores: 2, logicalCores: 2, architecture: 'x64', features: [] }),
    },
    log: quiet,
    clock: () => performance.now(),
    memory: { free: options.free ?? (() => 16e9), total: () => options.total ?? 16e9 },
  })
  const run = (name: string, signal = new AbortController().signal) => {
    const events: RunEvent[] = []
    const result = pool.run(model(name), request, {
      contextLength: undefined,
      signal,
      onEvent: (event) => events.push(event),
    })
    return { events, result }
  }
  const engine = (index: number) => {
    const child = host.children[index]
    if (!child) throw new Error(`Engine ${index} was not started.`)
    return child
  }
  return { pool, host, notices, run, engine }
}

function done(id: number): EngineToHost {
  return {
    type: 'done',
    id,
    reason: 'stop',
    usage: { prompt: 3, cached: 0, completion: 2, reasoning: 0 },
    timings: { prefillMs: 10, prefillTokens: 3, decodeMs: 20 },
    renderedTokens: 3,
    droppedMessages: 0,
  }
}

const idsOf = (engine: Engine) =>
  engine.received.flatMap((message) => (message.type === 'generate' ? [message.id] : []))

describe('the pool of engines', () => {
  it('starts one process for a model that many ask for at once, with one libuv thread and no default thread count', async () => {
    const { pool, host, engine } = poolWith(loadsAtOnce)
    await Promise.all([pool.load(model('a')), pool.load(model('a')), pool.load(model('a'))])
    expect(host.children).toHaveLength(1)
    expect(engine(0).env).toEqual({ UV_THREADPOOL_SIZE: '1' })
    expect(engine(0).received[0]).toMatchObject({
      type: 'load',
      options: { contextLength: 4096, decodeThreads: 2, batchThreads: 2 },
    })
  })

  it('loads with the settings of the model, and anew when they changed', async () => {
    const { pool, host, engine } = poolWith(loadsAtOnce)
    const first = model('a')
    await pool.load(first)
    expect(engine(0).received[0]).toMatchObject({ options: { kvType: 'f16', gpuLayers: null, template: null } })
    await pool.load(first)
    expect(host.children).toHaveLength(1)
    const load = { contextLength: 1024, kvType: 'q8_0' as const, gpuLayers: 3, threads: 1 }
    const changed = { ...first, defaults: { ...first.defaults, load, template: '{{ x }}' } }
    await pool.load(changed)
    expect(engine(0).killed).toBe(true)
    expect(engine(1).received[0]).toMatchObject({
      options: { contextLength: 1024, kvType: 'q8_0', gpuLayers: 3, decodeThreads: 1, template: '{{ x }}' },
    })
    await pool.load({ ...changed, favourite: true })
    expect(host.children).toHaveLength(2)
  })

  it('tells a request the load progress, then what the engine says, then the end', async () => {
    const { run, engine } = poolWith((child) => {
      child.onReceive = (message) => {
        if (message.type === 'load') {
          child.send({ type: 'progress', progress: 0.5 })
          child.send({ type: 'ready', contextLength: 4096, slots: 2, backend: 'cpu', canChat: true })
        }
        if (message.type === 'generate') {
          child.send({ type: 'text', id: message.id, text: 'Hello', tokens: 1 })
          child.send(done(message.id))
        }
      }
    })
    const { result, events } = run('a')
    await expect(result).resolves.toMatchObject({ done: { reason: 'stop' } })
    expect(events.map((event) => event.type)).toEqual(['loading', 'loading', 'text'])
    expect(engine(0).killed).toBe(false)
  })

  it('fails what an engine was answering when it dies, and starts a new one for the next request', async () => {
    const { run, engine, host } = poolWith(loadsAtOnce)
    const first = run('a')
    await expect.poll(() => host.children[0] && idsOf(engine(0)).length).toBe(1)
    engine(0).exit(139)
    await expect(first.result).rejects.toMatchObject({ code: 'engine_crashed', data: { model: 'a', exitCode: 139 } })
    const second = run('a')
    await expect.poll(() => host.children[1] && idsOf(engine(1)).length).toBe(1)
    engine(1).send(done(1))
    await expect(second.result).resolves.toMatchObject({ done: { reason: 'stop' } })
  })

  it('shows a load that failed with its reason and without memory, and tries again when asked', async () => {
    let attempts = 0
    const { pool, run } = poolWith((child) => {
      attempts++
      if (attempts > 1) return loadsAtOnce(child)
      child.onReceive = () => {
        child.send({ type: 'heartbeat', residentBytes: 1e9 })
        queueMicrotask(() => child.exit(134))
      }
    })
    await expect(pool.load(model('a'))).rejects.toMatchObject({ code: 'model_load_failed' })
    expect(pool.loadedModels()).toMatchObject([
      { state: 'failed', memoryBytes: null, error: { code: 'model_load_failed' } },
    ])
    await expect(pool.load(model('a'))).resolves.toBeUndefined()
    expect(pool.loadedModels()).toMatchObject([{ state: 'ready', error: null }])
    void run
  })

  it('frees a caller that stops at once, while loading and while answering', async () => {
    const { run, engine, host } = poolWith(() => {})
    const controller = new AbortController()
    const { result } = run('a', controller.signal)
    controller.abort()
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })

    const other = poolWith(loadsAtOnce)
    const answering = new AbortController()
    const running = other.run('a', answering.signal)
    await expect.poll(() => other.host.children[0] && idsOf(other.engine(0)).length).toBe(1)
    answering.abort()
    await expect(running.result).rejects.toMatchObject({ code: 'cancelled' })
    expect(other.engine(0).received.at(-1)).toEqual({ type: 'cancel', id: 1 })
    void engine
    void host
  })

  it('tells those that wait their place, and moves them up', async () => {
    const { run, engine, host, pool } = poolWith(loadsAtOnce)
    await pool.load(model('a'))
    const runs = [run('a'), run('a'), run('a'), run('a')]
    await expect.poll(() => host.children[0] && idsOf(engine(0)).length).toBe(4)
    expect(runs[3]?.events.at(-1)).toEqual({ type: 'queued', position: 2 })
    engine(0).send(done(1))
    await runs[0]?.result
    await expect.poll(() => runs[3]?.events.at(-1)).toEqual({ type: 'queued', position: 1 })
    expect(pool.loadedModels()).toMatchObject([{ active: 2, queued: 1 }])
  })

  it('refuses what waits too long a queue, clearly', async () => {
    const { run, pool } = poolWith(loadsAtOnce)
    await pool.load(model('a'))
    const runs = Array.from({ length: 515 }, () => run('a').result.catch((error: unknown) => error))
    expect(await runs[514]).toMatchObject({ code: 'queue_full' })
    await pool.close()
  })

  it('unloads the idle model that was unused the longest when memory is short, never one at work', async () => {
    let free = 16e9
    const { pool, run, engine, host } = poolWith(loadsAtOnce, { free: () => free })
    await pool.load(model('idle'))
    void run('busy').result.catch(() => {})
    await expect.poll(() => host.children[1] && idsOf(engine(1)).length).toBe(1)
    free = 1e6
    await pool.load(model('new'))
    expect(engine(0).killed).toBe(true)
    expect(engine(1).killed).toBe(false)
    expect(pool.loadedModels().map(({ model: name }) => name)).toEqual(['busy', 'new'])
    await pool.close()
  })

  it('refuses a model that can never fit, with what it needs', async () => {
    const { pool } = poolWith(loadsAtOnce)
    await expect(pool.load(model('huge', 40e9))).rejects.toMatchObject({
      code: 'out_of_memory',
      data: { model: 'huge' },
    })
  })

  it('falls back to the processor when a GPU fails, and says so', async () => {
    const { pool, notices, engine } = poolWith(
      (child) => {
        child.onReceive = (message) => {
          if (message.type !== 'load') return
          if (message.options.backend === 'cpu') return (loadsAtOnce(child), child.onReceive(message))
          child.send({ type: 'error', fatal: true, error: { code: 'model_load_failed', message: 'no' } })
        }
      },
      { chosen: 'vulkan' },
    )
    await pool.load(model('a'))
    expect(pool.loadedModels()).toMatchObject([{ backend: 'cpu', state: 'ready' }])
    expect(engine(0).env).toEqual({})
    const watch = notices.topic.watch()
    expect((await watch.next()).value).toMatchObject([
      { info: { code: 'backend_failed', data: { wanted: 'vulkan', used: 'cpu' } } },
    ])
    await watch.return()
  })

  it('ends the process of a model that is unloaded, and says so to who was being answered', async () => {
    const { run, pool, engine, host } = poolWith(loadsAtOnce)
    const { result } = run('a')
    await expect.poll(() => host.children[0] && idsOf(engine(0)).length).toBe(1)
    await Promise.all([expect(result).rejects.toMatchObject({ message: 'a was unloaded.' }), pool.unload('a')])
    expect(engine(0).killed).toBe(true)
    expect(pool.loadedModels()).toEqual([])
  })
})
