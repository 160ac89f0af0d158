import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { LOCAL_OWNER_ID } from '../../shared/domain/actor.ts'
import type { EngineDone } from '../../shared/process/engine.ts'
import type { RunOptions } from '../engines/pool.ts'
import { createGeneration, type Generate } from '../generation/generate.ts'
import { createTopic } from '../lib/topic.ts'
import { startNodeCore } from '../node.ts'
import { createMetrics } from './ops/metrics.ts'
import { createServer } from './server.ts'
import { model, scriptedDeps } from './server.testing.ts'

/**
 * A program that serves answers over HTTP and gives the same ones without, for who measures the difference: of a model
 * that follows a script, so that nothing else costs anything, or of a real one.
 */
const Task = z.discriminatedUnion('engine', [
  z.object({ engine: z.literal('scripted') }),
  z.object({ engine: z.literal('real'), home: z.string(), root: z.string() }),
])

/** What each model follows: the engine sends the first token at once and then gathers what comes in 30 ms, so that a
 *  slow model tells each token and a fast one several at a time. */
const SCRIPTS: Record<string, { tokens: number; everyMs: number }> = {
  'token-by-token': { tokens: 1, everyMs: 1 },
  'in-batches': { tokens: 16, everyMs: 30 },
}

const Ask = z.discriminatedUnion('type', [
  /** Milliseconds of the processor that this program has taken. */
  z.object({ type: z.literal('cpu') }),
  /** The same answer without HTTP. */
  z.object({ type: z.literal('direct'), model: z.string(), prompt: z.string(), tokens: z.int() }),
])

const task = Task.parse(JSON.parse(process.argv[2] ?? ''))
const { url, generate, close } = task.engine === 'scripted' ? await scripted() : await real(task)

interface Served {
  url: string
  generate: Generate
  close: () => Promise<void>
}

async function scripted(): Promise<Served> {
  const metrics = createMetrics(() => [])
  const models = Object.keys(SCRIPTS).map((name) => model(name))
  const find = (name: string) => models.find((one) => one.name === name)
  const play = createGeneration({
    library: { get: (name) => find(name) ?? model(name) },
    pool: {
      run: async ({ name }, { maxTokens }, options) => ({
        done: await follow(name, maxTokens ?? 1, options),
        queueMs: 0,
        loadMs: 0,
      }),
    },
    clock: () => performance.now(),
    now: () => Date.now(),
    newId: () => 'id',
    randomSeed: () => 1,
    record: metrics.generation,
    onFinished: () => {},
  })
  const server = createServer(scriptedDeps((request, signal) => play(request, signal), { findModel: find, metrics }))
  server.onChange(createTopic(server.state).changed)
  await server.start({ port: 0 })
  return { url: server.state().status.addresses[0] ?? '', generate: play, close: () => server.stop() }
}

async function follow(name: string, maxTokens: number, { onEvent, signal }: RunOptions): Promise<EngineDone> {
  const script = SCRIPTS[name] ?? { tokens: 1, everyMs: 1 }
  onEvent({ type: 'prefill', id: 1, done: 12, total: 12, cached: 0 })
  await setImmediate()
  // The first token never waits for others.
  for (let told = 0; told < maxTokens && !signal.aborted;) {
    const tokens = told === 0 ? 1 : Math.min(script.tokens, maxTokens - told)
    onEvent({ type: 'text', id: 1, text: ' word'.repeat(tokens), tokens })
    told += tokens
    await delay(script.everyMs)
  }
  return {
    reason: 'length',
    usage: { prompt: 12, cached: 0, completion: maxTokens, reasoning: 0 },
    timings: { prefillMs: 1, prefillTokens: 12, decodeMs: maxTokens },
    renderedTokens: 12,
    droppedMessages: 0,
    cacheSource: 'none',
  }
}

async function real({ home, root }: { home: string; root: string }): Promise<Served> {
  const { core } = await startNodeCore({
    home,
    root,
    version: '0.0.0',
    env: { ...process.env, HEARTH_HOME: home },
    program: 'the bench',
    headless: { host: null, port: 0, ui: false },
  })
  return { url: core.server.state().status.addresses[0] ?? '', generate: core.generate, close: () => core.close() }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function direct({ model: name, prompt, tokens }: Extract<z.infer<typeof Ask>, { type: 'direct' }>) {
  const before = cpuMs()
  const startedAt = performance.now()
  const arrivals: number[] = []
  let written = 0
  const events = generate({
    model: name,
    input: { kind: 'messages', messages: [{ role: 'user', content: prompt }] },
    maxTokens: tokens,
    sampling: { temperature: 0, seed: 1 },
    actor: { ownerId: LOCAL_OWNER_ID, door: 'http', access: 'local' },
  })
  for await (const event of events) {
    if (event.type === 'error') throw new Error(event.error.message)
    if (event.type === 'text') arrivals.push(performance.now())
    if (event.type === 'finish') written = event.usage.completion
  }
  const [first = Number.NaN] = arrivals
  const lastMs = (arrivals.at(-1) ?? first) - startedAt
  return { cpuMs: cpuMs() - before, firstMs: first - startedAt, lastMs, tokens: written, pieces: arrivals.length }
}

process.on('message', (message) => {
  const asked = Ask.parse(message)
  const answer = asked.type === 'cpu' ? Promise.resolve({ cpuMs: cpuMs() }) : direct(asked)
  answer.then(
    (told) => process.send?.(told),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.once('disconnect', () => void close().then(() => process.exit()))
process.send?.({ url })
