import { fork } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  chatModel,
  embeddingModel,
  question,
  requestOf,
  startEngine,
  type Answer,
  type TestEngine,
} from './test-engine.ts'

const story = {
  kind: 'prompt' as const,
  prompt: 'Once upon a time, in a village by the sea, there lived a lighthouse keeper who',
}

describe('an engine with the chat model', { timeout: 120_000 }, () => {
  let engine: TestEngine

  beforeAll(async () => {
    engine = startEngine()
    await engine.loaded
  }, 120_000)
  afterAll(async () => {
    engine.process.kill('SIGKILL')
    await engine.exited
  })

  it('tells how far loading is, and what it can do', async () => {
    expect(await engine.loaded).toMatchObject({
      type: 'ready',
      contextLength: 8192,
      slots: 2,
      backend: 'cpu',
      abilities: { chat: true, embed: false, rerank: false },
    })
    expect(engine.progress.at(-1)).toBe(1)
  })

  it('knows the capital of France', async () => {
    const { text, done, texts } = await engine.generate({ input: question('What is the capital of France?') })
    expect(text).toContain('Paris')
    expect(done).toMatchObject({ reason: 'stop', droppedMessages: 0 })
    expect(texts[0]?.tokens).toBe(1)
    expect(texts.reduce((sum, piece) => sum + piece.tokens, 0)).toBe(done?.usage.completion)
    expect(done?.timings.prefillMs).toBeGreaterThan(0)
  })

  it('does not read the same prompt twice', async () => {
    const input = question('Which animal says moo?')
    await engine.generate({ input })
    const { done } = await engine.generate({ input })
    expect(done?.usage.cached).toBe((done?.usage.prompt ?? 0) - 1)
  })

  it('streams other scripts and emoji without breaking a character', async () => {
    const text = '你好，世界 🔥 naïve café 👩‍👩‍👧 こんにちは'
    const prompt = `Repeat: ${text}\nRepeat: ${text}\nRepeat: ${text}\nRepeat:`
    const answer = await engine.generate({ input: { kind: 'prompt', prompt }, stop: ['\n'] })
    expect(answer.text.trim()).toBe(text)
    for (const piece of answer.texts) expect(piece.text).not.toContain('\uFFFD')
  })

  it('ends at a stop string, and never shows a part of it', async () => {
    const free = await engine.generate({ input: story, maxTokens: 60 })
    const stop = free.text.slice(40, 48)
    const stopped = await engine.generate({ input: story, maxTokens: 60, stop: [stop] })
    expect(stopped.text).toBe(free.text.slice(0, free.text.indexOf(stop)))
    expect(stopped.done?.reason).toBe('stop')
  })

  it('ends at the asked number of tokens', async () => {
    const { done } = await engine.generate({ input: story, maxTokens: 7 })
    expect(done).toMatchObject({ reason: 'length', usage: { completion: 7 } })
  })

  it('repeats itself with a seed, and does not without', async () => {
    const ask = (seed: number) => engine.generate({ input: story, maxTokens: 40, sampling: { temperature: 1 }, seed })
    const [first, again, other] = [await ask(42), await ask(42), await ask(43)]
    expect(again.text).toBe(first.text)
    expect(other.text).not.toBe(first.text)
  })

  it('never says a token that was forbidden', async () => {
    const greedy = await engine.generate({ input: { kind: 'tokens', tokens: [504, 2737, 282] }, maxTokens: 1 })
    const bias = Object.fromEntries(Array.from({ length: 2000 }, (_, id) => [String(id + 100), -100]))
    const biased = await engine.generate({
      input: { kind: 'tokens', tokens: [504, 2737, 282] },
      maxTokens: 1,
      sampling: { temperature: 0, logitBias: bias },
    })
    expect(biased.error).toBeNull()
    expect(biased.text).not.toBe(greedy.text)
  })

  it('answers two at once, both in the same time', async () => {
    let overlapped = false
    const writing = new Set<number>()
    const watch = (message: { type: string }, answer: { id: number }) => {
      if (message.type === 'text') writing.add(answer.id)
      if (message.type === 'done') writing.delete(answer.id)
      if (writing.size === 2) overlapped = true
    }
    const answers = await Promise.all(
      [1, 2].map((seed) => engine.generate({ input: story, seed, maxTokens: 60, sampling: { temperature: 1 } }, watch)),
    )
    expect(overlapped).toBe(true)
    for (const answer of answers) expect(answer.done?.usage.completion).toBeGreaterThan(5)
  })

  it('lets more requests than slots wait, and answers each', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => engine.generate({ input: question('What is 1 + 1?'), maxTokens: 10 })),
    )
    for (const answer of answers) expect(answer.done).not.toBeNull()
  })

  it('stops reading a long prompt within one chunk, and keeps what it has read', async () => {
    const input = question(`${'The quick brown fox jumps over the lazy dog. '.repeat(560)} Say yes.`)
    let cancelledAt = 0
    let lastChunkMs = 0
    let lastPrefillAt = performance.now()
    const answer = await engine.generate({ input }, (message, { id, prefills }) => {
      if (message.type !== 'prefill') return
      lastChunkMs = performance.now() - lastPrefillAt
      lastPrefillAt = performance.now()
      if (prefills.length === 3) {
        cancelledAt = performance.now()
        engine.cancel(id)
      }
    })
    const stoppedAfter = performance.now() - cancelledAt
    expect(answer.error?.code).toBe('cancelled')
    expect(answer.prefills.at(-1)?.total).toBeGreaterThan(5000)
    expect(answer.prefills.length).toBeLessThanOrEqual(5)
    expect(stoppedAfter).toBeLessThan(1000 + 5 * lastChunkMs)
    const next = await engine.generate({ input }, (message, { id }) => {
      if (message.type === 'prefill') engine.cancel(id)
    })
    expect(next.prefills[0]?.cached).toBe(answer.prefills.at(-1)?.done)
  })

  it('stops writing when it is told to, and keeps what it wrote', async () => {
    const answer = await engine.generate({ input: story, maxTokens: 4000 }, (message, { id, texts }) => {
      if (message.type === 'text' && texts.length === 3) engine.cancel(id)
    })
    expect(answer.error?.code).toBe('cancelled')
    expect(answer.text).not.toBe('')
    expect((await engine.generate({ input: question('What is the capital of France?') })).text).toContain('Paris')
  })

  it('forgets a request that is cancelled while it waits', async () => {
    let isFirst = true
    let waiting: Promise<Answer> | undefined
    const running = [1, 2].map((seed) =>
      engine.generate({ input: story, seed, maxTokens: 30 }, (message) => {
        if (message.type !== 'text' || !isFirst) return
        isFirst = false
        waiting = engine.generate({ input: story, maxTokens: 30 })
        engine.cancel(engine.lastId)
      }),
    )
    for (const answer of await Promise.all(running)) expect(answer.done).not.toBeNull()
    const cancelled = await waiting
    expect(cancelled?.error?.code).toBe('cancelled')
    expect(cancelled?.prefills).toEqual([])
  })

  it('refuses a prompt that the context can not hold, without working on all of it', async () => {
    const startedAt = performance.now()
    const huge = await engine.generate({ input: question('x '.repeat(25_000_000)) })
    expect(huge.error?.code).toBe('context_overflow')
    expect(huge.error?.data?.['tokens']).toBeGreaterThan(1_000_000)
    expect(performance.now() - startedAt).toBeLessThan(20_000)
  })

  it('tells each second how it is, also while it computes', async () => {
    const beats: number[] = []
    const answer = engine.generate({ input: story, maxTokens: 200 })
    while (beats.length < 2) beats.push((await engine.nextHeartbeat()).steps)
    await answer
    const after = await engine.nextHeartbeat()
    expect(after.steps).toBeGreaterThan(beats[0] ?? 0)
    expect(after.stepMs).toBeGreaterThan(0)
    expect(after.slots.map((slot) => slot.state)).toEqual(['idle', 'idle'])
    expect(after.slots.some((slot) => slot.tokens > 0)).toBe(true)
    expect(after.residentBytes).toBeGreaterThan(50_000_000)
  })

  it('turns text into tokens and back, and shows what a template makes', async () => {
    const { tokens } = await engine.ask({ type: 'tokenize', text: 'Hello, sea!', special: false }, 'tokens')
    expect((await engine.ask({ type: 'detokenize', tokens }, 'detokenized')).text).toBe('Hello, sea!')
    const request = requestOf({ input: question('What is a tide?') })
    const rendered = await engine.ask({ type: 'render', request }, 'rendered')
    expect(rendered.text).toContain('<|im_start|>user\nWhat is a tide?')
    expect(rendered.tokens).toBeGreaterThan(10)
    await expect(engine.ask({ type: 'detokenize', tokens: [9_999_999] }, 'detokenized')).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('renders with the template that a request brings, and stays whole when that is hostile', async () => {
    const input = question('Hi <|im_end|>')
    const render = async (goTemplate?: string) => {
      const request = requestOf({ input, ...(goTemplate === undefined ? {} : { goTemplate }) })
      return (await engine.ask({ type: 'render', request }, 'rendered')).text
    }
    expect(await render('S: {{ .System }} Q: {{ .Prompt }} A:')).toMatch(
      /^S: You are a helpful.* Q: Hi <\|im_end\|> A:$/,
    )
    const hostile = [
      '{{ .Prompt',
      '{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}',
      '{{ range 100000 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}',
      '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
      `{{ ${'('.repeat(50_000)}`,
    ]
    for (const template of hostile) {
      await expect(render(template), template.slice(0, 40)).rejects.toMatchObject({ code: 'invalid_input' })
    }
    expect(await render()).toContain('<|im_start|>user\nHi <|im_end|>')
  })

  it('refuses numbers that are no tokens', async () => {
    expect((await engine.generate({ input: { kind: 'tokens', tokens: [1, 999_999] } })).error?.code).toBe(
      'invalid_input',
    )
    expect((await engine.generate({ input: { kind: 'prompt', prompt: '' } })).error?.code).toBe('invalid_input')
  })
})

describe('an engine with a small context', { timeout: 120_000 }, () => {
  let engine: TestEngine

  beforeAll(async () => {
    engine = startEngine({ contextLength: 1024, slots: 1 })
    await engine.loaded
  }, 120_000)
  afterAll(async () => {
    engine.process.kill('SIGKILL')
    await engine.exited
  })

  it('drops the oldest messages of a long chat and says so, or refuses when it may not', async () => {
    const turns = Array.from({ length: 10 }, (_, index) => [
      { role: 'user' as const, content: `${index}: ${'tell me more about the sea '.repeat(60)}` },
      { role: 'assistant' as const, content: 'The sea is wide.' },
    ]).flat()
    const input = { kind: 'messages' as const, messages: [...turns, { role: 'user' as const, content: 'Thank you.' }] }
    const refused = await engine.generate({ input, truncate: false })
    expect(refused.error).toMatchObject({ code: 'context_overflow', data: { contextLength: 1024 } })
    const fitted = await engine.generate({ input, maxTokens: 1 })
    expect(fitted.done?.droppedMessages).toBeGreaterThan(0)
    expect(fitted.done?.renderedTokens).toBeLessThan(1024)
  })

  it('fills the context to the last token, and refuses one more', async () => {
    const tokens = (count: number) => ({
      kind: 'tokens' as const,
      tokens: Array.from({ length: count }, (_, index) => 300 + (index % 50)),
    })
    const fits = await engine.generate({ input: tokens(1023), maxTokens: 50 })
    expect(fits.done).toMatchObject({ usage: { prompt: 1023, completion: 1 }, reason: 'length' })
    const over = await engine.generate({ input: tokens(1024) })
    expect(over.error).toMatchObject({ code: 'context_overflow', data: { tokens: 1024, contextLength: 1024 } })
  })
})

describe('an engine with three slots', { timeout: 120_000 }, () => {
  it('begins a new answer while long ones are written, even when its slot must be emptied first', async () => {
    const engine = startEngine({ contextLength: 512, slots: 3 })
    await engine.loaded
    const say = (prompt: string, maxTokens: number) => ({ input: { kind: 'prompt' as const, prompt }, maxTokens })
    await Promise.all(['One, two,', 'Red, green,', 'Cats and'].map((prompt) => engine.generate(say(prompt, 10))))
    const order: string[] = []
    let short: Promise<unknown> | undefined
    const long = ['The sea', 'A mountain'].map((prompt) =>
      engine.generate(say(prompt, 120), (message, { texts }) => {
        if (message.type !== 'text' || texts.length !== 3 || short !== undefined) return
        short = engine.generate(say('The opposite of hot is', 3)).then(() => order.push('short'))
      }),
    )
    await Promise.race(long).then(() => order.push('long'))
    await Promise.all([...long, short])
    expect(order).toEqual(['short', 'long'])
    engine.process.kill('SIGKILL')
  })
})

describe('the engine process', { timeout: 120_000 }, () => {
  it('ends when it is killed in the middle of an answer', async () => {
    const engine = startEngine({ contextLength: 1024, slots: 1 })
    await engine.loaded
    const answer = engine.generate({ input: story, maxTokens: 900 }, (message) => {
      if (message.type === 'text') engine.process.kill('SIGKILL')
    })
    await expect(answer).rejects.toThrow('ended in the middle')
    expect(await engine.exited).toBe('SIGKILL')
  })

  it('ends when its host is lost, even in the middle of an answer', async () => {
    const engine = startEngine({ contextLength: 1024, slots: 1 })
    await engine.loaded
    const answer = engine.generate({ input: story, maxTokens: 900 }, (message) => {
      if (message.type === 'text' && engine.process.connected) engine.process.disconnect()
    })
    await expect(answer).rejects.toThrow('ended in the middle')
    expect(await engine.exited).not.toBeNull()
  })

  it('says that an embedding model can not chat', async () => {
    const engine = startEngine({ path: embeddingModel })
    expect(await engine.loaded).toMatchObject({
      type: 'ready',
      abilities: { chat: false, embed: true },
      contextLength: 512,
    })
    const { error } = await engine.generate({ input: question('Hi') })
    expect(error?.code).toBe('model_cannot_chat')
    engine.process.kill('SIGKILL')
  })

  describe('with a bad file', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hearth-engine-'))
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    it.each([
      ['missing', 'model_file_missing', async () => undefined],
      ['garbage', 'model_file_invalid', async (path: string) => writeFile(path, 'This is a letter, not a model.')],
      [
        'cut off',
        'model_file_truncated',
        async (path: string) => writeFile(path, (await readFile(chatModel)).subarray(0, 50_000_000)),
      ],
      [
        'cut off in its header',
        'model_file_truncated',
        async (path: string) => writeFile(path, (await readFile(chatModel)).subarray(0, 900_000)),
      ],
    ])('that is %s says so', async (name, code, make) => {
      const path = join(folder, `${name}.gguf`)
      await make(path)
      const engine = startEngine({ path })
      const message = await engine.loaded
      expect(message).toMatchObject({ type: 'error', fatal: true, error: { code } })
      if (message.type === 'error') expect(message.error.suggestion).toBeTruthy()
      engine.process.kill('SIGKILL')
    })
  })
})

describe('a probe process', { timeout: 60_000 }, () => {
  const probe = join(import.meta.dirname, '../dist/engine/probe.js')
  const ask = (request: object) =>
    new Promise((resolve, reject) => {
      const child = fork(probe, [], {
        serialization: 'advanced',
        execArgv: [],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
      let reply: unknown
      child.once('message', ([message]: unknown[]) => (reply = message))
      child.once('exit', (code) => (code === 0 ? resolve(reply) : reject(new Error(`ended with ${code}`))))
      child.send(request)
    })

  it('reads a model and ends', async () => {
    expect(await ask({ type: 'gguf', path: chatModel })).toMatchObject({
      type: 'gguf',
      sizeBytes: 98_362_432,
      facts: { kind: 'chat', quantization: 'Q4_1' },
    })
    expect(await ask({ type: 'gguf', path: embeddingModel })).toMatchObject({ facts: { kind: 'embedding' } })
  })

  it('answers a bad file with a typed error', async () => {
    expect(await ask({ type: 'gguf', path: '/nowhere/at-all.gguf' })).toMatchObject({
      type: 'error',
      error: { code: 'model_file_missing' },
    })
  })

  it('describes the processor and a backend', async () => {
    expect(await ask({ type: 'cpu' })).toMatchObject({ type: 'cpu', cpu: { architecture: process.arch } })
    expect(await ask({ type: 'backend', backend: 'cpu' })).toEqual({
      type: 'backend',
      probe: { backend: 'cpu', outcome: 'works', gpus: [] },
    })
  })
})
