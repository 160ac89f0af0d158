import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FinishReason, GenerationEvent, GenerationRequestInput } from '../../shared/domain/generation.ts'
import type { Generate } from './generate.ts'
import { createReadNext } from './read-next.ts'

const request = {
  actor: { ownerId: 'owner', door: 'openai' },
  model: 'model',
  input: { kind: 'messages', messages: [{ role: 'user', content: 'Who are you?' }] },
} as unknown as GenerationRequestInput // nothing else is read

const finish = (reason: FinishReason) => ({ type: 'finish', choice: 0, reason }) as unknown as GenerationEvent
const text = (part: string): GenerationEvent => ({ type: 'text', choice: 0, text: part, tokens: 1 })

function setup(...events: GenerationEvent[]) {
  const read: GenerationRequestInput[] = []
  const generate: Generate = async function* () {
    yield* events
  }
  const answers = createReadNext(generate, async (next) => {
    read.push(next)
    return true
  })
  async function ask(asked = request) {
    const heard: GenerationEvent[] = []
    for await (const event of answers(asked)) heard.push(event)
    return heard
  }
  return { read, ask }
}

describe('what follows an answer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is read as far as it is certain, a moment after its end', async () => {
    const events = [text('A '), text('model.'), finish('stop')]
    const { read, ask } = setup(...events)
    expect(await ask()).toEqual(events)
    expect(read).toEqual([])
    vi.advanceTimersByTime(100)
    expect(read).toEqual([
      {
        ...request,
        input: {
          kind: 'messages',
          messages: [
            { role: 'user', content: 'Who are you?' },
            { role: 'assistant', content: 'A model.' },
            { role: 'user', content: '' },
          ],
        },
      },
    ])
  })

  it('waits while others ask', async () => {
    const { read, ask } = setup(text('Yes.'), finish('stop'))
    await ask()
    vi.advanceTimersByTime(60)
    await ask()
    vi.advanceTimersByTime(60)
    expect(read).toHaveLength(0)
    vi.advanceTimersByTime(60)
    expect(read).toHaveLength(1)
  })

  it.each<[string, GenerationRequestInput, FinishReason]>([
    ['it is no conversation', { ...request, input: { kind: 'prompt', prompt: 'Once' } }, 'stop'],
    ['it is a chat of the window, which may be erased', { ...request, cacheKey: 'chat' }, 'stop'],
    ['it is a batch job', { ...request, priority: 'batch' }, 'stop'],
    [
      'the request began the answer',
      { ...request, input: { kind: 'messages', messages: [{ role: 'assistant', content: 'I am' }] } },
      'stop',
    ],
    ['there are several answers', { ...request, choices: 2 }, 'stop'],
    ['a tool is called, whose result is not known', request, 'toolCalls'],
  ])('is left alone where %s', async (_, asked, reason) => {
    const { read, ask } = setup(text('Yes.'), finish(reason))
    await ask(asked)
    vi.advanceTimersByTime(1000)
    expect(read).toEqual([])
  })
})
