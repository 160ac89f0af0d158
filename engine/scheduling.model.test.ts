import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { question, startEngine, type Answer, type TestEngine } from './test-engine.ts'

const log = Array.from({ length: 55 }, (_, line) => `The keeper noted ship ${line * 3} at dawn.`).join(' ')
const longStory = { kind: 'prompt' as const, prompt: `${log} In the evening the keeper wrote a letter:` }

describe('an engine with one slot that several want', { timeout: 240_000 }, () => {
  let folder: string
  let engine: TestEngine

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-slots-'))
    engine = startEngine({
      contextLength: 2048,
      slots: 1,
      stateCache: { folder, memoryBytes: 512 * 1024 ** 2, diskBytes: 1024 ** 3 },
    })
    await engine.loaded
  }, 120_000)
  afterAll(async () => {
    await engine.end()
    await rm(folder, { recursive: true, force: true })
  })

  const job = (onMessage?: Parameters<TestEngine['generate']>[1]) =>
    engine.generate({ input: longStory, maxTokens: 40, priority: 'batch' }, onMessage)

  it('answers a person in the middle of a batch job, which then goes on with the same words', async () => {
    // Read once: how a prompt is cut into chunks depends on the clock, and changes the last bits of what it leaves.
    await job()
    const undisturbed = await job()
    const order: string[] = []
    let person: Promise<Answer> | undefined
    const disturbed = await job((message, { texts }) => {
      if (message.type !== 'text' || texts.length !== 3) return
      const input = question('What is the capital of France?')
      person = engine.generate({ input, priority: 'person', maxTokens: 20 })
      void person.then(() => order.push('person'))
    })
    order.push('job')
    expect(order).toEqual(['person', 'job'])
    expect((await person)?.text).toContain('Paris')
    expect(disturbed.text).toBe(undisturbed.text)
    expect(disturbed.done?.usage).toMatchObject({ completion: undisturbed.done?.usage.completion })
    expect(disturbed.texts.reduce((sum, piece) => sum + piece.tokens, 0)).toBe(disturbed.done?.usage.completion)
  })

  it('lets a person go first while a batch job is still reading its prompt', async () => {
    engine.forget(null)
    let person: Promise<Answer> | undefined
    let readBefore = 0
    const answer = await job((message, { prefills }) => {
      if (message.type !== 'prefill' || prefills.length !== 2) return
      readBefore = message.done
      person = engine.generate({ input: question('Say yes.'), priority: 'person', maxTokens: 3 })
    })
    expect((await person)?.done).not.toBeNull()
    expect(readBefore).toBeLessThan(400)
    expect(answer.done?.usage.completion).toBe(40)
  })

  it('drops a job that is cancelled while it is interrupted', async () => {
    let isFirst = true
    let person: Promise<Answer> | undefined
    const cancelled = await job((message, { id, texts }) => {
      if (message.type !== 'text' || texts.length < 2 || !isFirst) return
      isFirst = false
      person = engine.generate({ input: question('Count to ten.'), priority: 'person', maxTokens: 30 }, (next) => {
        if (next.type === 'text') engine.cancel(id)
      })
    })
    expect(cancelled.error?.code).toBe('cancelled')
    expect((await person)?.done).not.toBeNull()
    expect((await engine.nextHeartbeat()).slots).toMatchObject([{ state: 'idle', owner: null }])
  })

  it('reads ahead what will be asked, and gives up at once when something else is', async () => {
    engine.forget(null)
    const messages = [
      { role: 'system' as const, content: log },
      { role: 'user' as const, content: 'Who noted the ships?' },
    ]
    const ahead = await engine.readAhead({ input: { kind: 'messages', messages: messages.slice(0, 1) }, cacheKey: 'c' })
    expect(ahead.error).toBeNull()
    expect(ahead.done?.timings.prefillTokens).toBeGreaterThan(500)
    const sent = await engine.generate({ input: { kind: 'messages', messages }, cacheKey: 'c', maxTokens: 3 })
    expect(sent.done?.cacheSource).toBe('slot')
    expect(sent.done?.timings.prefillTokens).toBeLessThan(40)

    engine.forget(null)
    const given = engine.readAhead({ input: longStory })
    const person = await engine.generate({ input: question('Say yes.'), priority: 'person', maxTokens: 3 })
    expect(person.done).not.toBeNull()
    expect((await given).done?.timings.prefillTokens).toBeLessThan(500)
  })

  it('has its slot back after many requests that were stopped at random moments', async () => {
    let seed = 7
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
    const waves = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => random(12)))
    for (const wave of waves) {
      const answers = await Promise.all(
        wave.map((after, index) => {
          let messages = 0
          const priority = (['person', 'api', 'batch'] as const)[index % 3] ?? 'api'
          const input = { kind: 'prompt' as const, prompt: `${after} ${index} ships sailed to the north and` }
          const answer = engine.generate({ input, priority, maxTokens: 200 }, (_, { id }) => {
            if (messages++ >= after) engine.cancel(id)
          })
          if (after === 0) engine.cancel(engine.lastId)
          return answer
        }),
      )
      for (const answer of answers) expect(answer.done !== null || answer.error?.code === 'cancelled').toBe(true)
    }
    expect((await engine.nextHeartbeat()).slots).toMatchObject([{ state: 'idle', priority: null }])
    expect((await engine.generate({ input: question('What is the capital of France?') })).text).toContain('Paris')
  })
})
