import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import type { ChatEvent } from '../../shared/domain/chats.ts'
import type { GenerationEvent, GenerationRequestInput } from '../../shared/domain/generation.ts'
import { migrate } from '../storage/migrate.ts'
import { migrations } from '../storage/migrations/index.ts'
import { createChatStore } from './chat-store.ts'
import { createChats } from './chats.ts'

const me: Actor = { ownerId: 'local', door: 'window', access: 'local' }
const finish: GenerationEvent = {
  type: 'finish',
  choice: 0,
  reason: 'stop',
  usage: { prompt: 1, cached: 0, completion: 2, reasoning: 0 },
  timings: { queueMs: 0, loadMs: 0, ttftMs: 9, prefillTps: 10, decodeTps: 20 },
  trace: { renderedTokens: 1, droppedMessages: 3, seed: 1, cacheSource: 'none' },
}
const text = (part: string): GenerationEvent => ({ type: 'text', choice: 0, text: part, tokens: 1 })

/** A model that a test plays: it says what it is told, when it is told. */
function playedModel() {
  const requests: GenerationRequestInput[] = []
  let push: (event: GenerationEvent | null) => void = () => {}
  return {
    requests,
    say: (event: GenerationEvent | null) => push(event),
    async *generate(request: GenerationRequestInput, signal?: AbortSignal): AsyncGenerator<GenerationEvent> {
      requests.push(request)
      const events: (GenerationEvent | null)[] = []
      let wake: () => void = () => {}
      push = (event) => {
        events.push(event)
        wake()
      }
      signal?.addEventListener('abort', () =>
        push({ type: 'error', choice: 0, error: { code: 'cancelled', message: 'Stopped.' } }),
      )
      for (;;) {
        while (events.length > 0) {
          const event = events.shift()
          if (!event) return
          yield event
          if (event.type === 'finish' || event.type === 'error') return
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

function setUp() {
  const database = new DatabaseSync(':memory:')
  database.exec('PRAGMA foreign_keys = ON')
  migrate(database, migrations)
  const model = playedModel()
  let ids = 0
  let time = 1_000_000
  const readAhead: GenerationRequestInput[] = []
  const forgotten: string[] = []
  const open = () =>
    createChats({
      store: createChatStore(database),
      generate: model.generate,
      readAhead: async (request) => void readAhead.push(request),
      forget: (chatId) => forgotten.push(chatId),
      newId: () => `id${ids++}`,
      now: () => time++,
      clock: () => performance.now(),
    })
  return { chats: open(), open, model, database, readAhead, forgotten, later: (ms: number) => (time += ms) }
}

/** Reads a chat until the last message of it is no longer being written. */
async function settled(chats: ReturnType<typeof setUp>['chats'], id: string) {
  const controller = new AbortController()
  let messages: Extract<ChatEvent, { type: 'snapshot' }>['messages'] = []
  for await (const event of chats.watch(me, id, controller.signal)) {
    if (event.type === 'snapshot') messages = event.messages
    if (event.type === 'message') {
      messages = [...messages.filter((message) => message.id !== event.message.id), event.message]
    }
    if (messages.at(-1)?.status !== 'streaming') break
  }
  controller.abort()
  return messages
}

describe('a chat', () => {
  it('saves the question before the model is asked, streams the answer and keeps it with its figures', async () => {
    const { chats, model, open } = setUp()
    const chat = chats.create(me, {})
    chats.send(me, chat.id, 'Why does bread rest?', 'smollm2:135m')
    const second = open()
    expect((await second.watch(me, chat.id).next()).value).toMatchObject({
      chat: { title: 'Why does bread rest?', model: 'smollm2:135m' },
      messages: [{ content: 'Why does bread rest?' }, { role: 'assistant' }],
    })
    model.say(text('Be'))
    model.say(text('cause.'))
    model.say(finish)
    expect(await settled(chats, chat.id)).toMatchObject([
      { role: 'user' },
      {
        content: 'Because.',
        status: 'complete',
        usage: { completion: 2 },
        timings: { decodeTps: 20 },
        droppedMessages: 3,
      },
    ])
  })

  it('shows someone who comes later what is there, then what follows', async () => {
    const { chats, model } = setUp()
    const chat = chats.create(me, {})
    const { answer } = chats.send(me, chat.id, 'Hi', 'm')
    model.say(text('Hello '))
    const watch = chats.watch(me, chat.id)
    await expect
      .poll(async () => {
        const late = chats.watch(me, chat.id)
        const { value } = await late.next()
        await late.return()
        return value?.type === 'snapshot' ? value.messages.at(-1)?.content : null
      })
      .toBe('Hello ')
    expect((await watch.next()).value).toMatchObject({ type: 'snapshot' })
    model.say(text('there'))
    expect((await watch.next()).value).toEqual({ type: 'delta', messageId: answer.id, text: 'there' })
    await chats.close()
  })

  it('gives the model the whole thread', async () => {
    const { chats, model } = setUp()
    const chat = chats.create(me, {})
    chats.send(me, chat.id, 'One', 'm')
    model.say(text('1'))
    model.say(finish)
    await settled(chats, chat.id)
    chats.send(me, chat.id, 'Two', 'm')
    expect(model.requests[1]?.input).toEqual({
      kind: 'messages',
      messages: [
        { role: 'user', content: 'One' },
        { role: 'assistant', content: '1' },
        { role: 'user', content: 'Two' },
      ],
    })
    await chats.close()
  })

  it('keeps what arrived when the person stops', async () => {
    const { chats, model } = setUp()
    const chat = chats.create(me, {})
    chats.send(me, chat.id, 'Hi', 'm')
    model.say(text('Half an'))
    await Promise.resolve()
    chats.stop(me, chat.id)
    expect((await settled(chats, chat.id)).at(-1)).toMatchObject({
      content: 'Half an',
      status: 'stopped',
      error: null,
      usage: { completion: 1 },
    })
  })

  it('keeps what arrived when the engine dies, marks it, and answers the next question', async () => {
    const { chats, model } = setUp()
    const chat = chats.create(me, {})
    chats.send(me, chat.id, 'Hi', 'm')
    model.say(text('Half'))
    model.say({ type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'gone' } })
    expect((await settled(chats, chat.id)).at(-1)).toMatchObject({
      content: 'Half',
      status: 'failed',
      error: { code: 'engine_crashed' },
    })
    chats.send(me, chat.id, 'Again', 'm')
    model.say(text('Here'))
    model.say(finish)
    expect((await settled(chats, chat.id)).at(-1)).toMatchObject({ content: 'Here', status: 'complete' })
  })

  it('marks an answer that the end of the program cut off', async () => {
    const { chats, open, database } = setUp()
    const chat = chats.create(me, {})
    const { answer } = chats.send(me, chat.id, 'Hi', 'm')
    database.prepare('UPDATE messages SET content = ? WHERE id = ?').run('Some', answer.id)
    const next = open()
    expect((await settled(next, chat.id)).at(-1)).toMatchObject({
      content: 'Some',
      status: 'failed',
      error: { code: 'core_lost' },
    })
    await chats.close()
  })

  it('regenerates the last answer beside the old one, from the same question', async () => {
    const { chats, model, database } = setUp()
    const chat = chats.create(me, {})
    const { answer } = chats.send(me, chat.id, 'Hi', 'm')
    model.say(text('first'))
    model.say(finish)
    await settled(chats, chat.id)
    chats.regenerate(me, chat.id, answer.id, 'other')
    expect(model.requests[1]?.input).toEqual(model.requests[0]?.input)
    model.say(text('second'))
    model.say(finish)
    expect((await settled(chats, chat.id)).map((message) => message.content)).toEqual(['Hi', 'second'])
    expect(database.prepare("SELECT count(*) AS n FROM messages WHERE role = 'assistant'").get()).toEqual({ n: 2 })
    expect(() => chats.regenerate(me, chat.id, answer.id, 'm')).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    )
  })

  it.each([
    ['nothing', ''],
    ['only spaces', ' \n\t '],
    ['more than a database row should hold', 'x'.repeat(4_000_001)],
  ])('refuses %s as a message and keeps the chat as it is', (_, content) => {
    const { chats, database } = setUp()
    const chat = chats.create(me, {})
    expect(() => chats.send(me, chat.id, content, 'm')).toThrow(expect.objectContaining({ code: 'invalid_input' }))
    expect(database.prepare('SELECT count(*) AS n FROM messages').get()).toEqual({ n: 0 })
  })

  it('takes one question at a time', async () => {
    const { chats } = setUp()
    const chat = chats.create(me, {})
    chats.send(me, chat.id, 'Hi', 'm')
    expect(() => chats.send(me, chat.id, 'And?', 'm')).toThrow(expect.objectContaining({ code: 'invalid_input' }))
    await chats.close()
  })

  it('comes back when its removal is undone, and is erased for good later', async () => {
    const { chats, open, later, database } = setUp()
    const chat = chats.create(me, {})
    chats.rename(me, chat.id, 'Mine')
    chats.remove(me, chat.id)
    expect((await chats.watchList(me).next()).value).toEqual([])
    expect(chats.restore(me, chat.id).title).toBe('Mine')
    chats.remove(me, chat.id)
    later(2 * 60 * 60 * 1000)
    open()
    expect(() => chats.restore(me, chat.id)).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(database.prepare('SELECT count(*) AS n FROM chats').get()).toEqual({ n: 0 })
  })

  it('is not shown to anyone else', async () => {
    const { chats } = setUp()
    const chat = chats.create(me, {})
    const other: Actor = { ownerId: 'other', door: 'browser', access: 'remote' }
    expect((await chats.watchList(other).next()).value).toEqual([])
    expect(() => chats.send(other, chat.id, 'Hi', 'm')).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(() => chats.restore(other, chat.id)).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  it('keep what the model thought apart from what it answered, and why it ended', async () => {
    const { chats, open, model } = setUp()
    const chat = chats.create(me, {})
    chats.send(me, chat.id, 'Two and two?', 'a')
    model.say({ type: 'reasoning', choice: 0, text: 'Count. ', tokens: 2 })
    model.say({ type: 'reasoning', choice: 0, text: 'Four.', tokens: 2 })
    model.say(text('4'))
    model.say({ ...finish, reason: 'length' })
    const expected = { content: '4', reasoning: 'Count. Four.', finishReason: 'length', status: 'complete' }
    expect((await settled(chats, chat.id)).at(-1)).toMatchObject(expected)
    expect((await settled(open(), chat.id)).at(-1)).toMatchObject(expected)
  })

  it('let what is certain be read before it is asked: the chat so far, without an answer that is being written', async () => {
    const { chats, model, readAhead } = setUp()
    const chat = chats.create(me, {})
    chats.readAhead(me, null, 'a')
    chats.readAhead(me, 'nobody’s', 'a')
    chats.send(me, chat.id, 'One', 'a')
    chats.readAhead(me, chat.id, 'a')
    model.say(text('1'))
    model.say(finish)
    await settled(chats, chat.id)
    chats.readAhead(me, chat.id, 'a')
    expect(readAhead.map(({ input, cacheKey }) => [input, cacheKey])).toEqual([
      [{ kind: 'messages', messages: [{ role: 'user', content: '' }] }, undefined],
      [
        {
          kind: 'messages',
          messages: [
            { role: 'user', content: 'One' },
            { role: 'assistant', content: '1' },
            { role: 'user', content: '' },
          ],
        },
        chat.id,
      ],
    ])
  })

  it('take what the engines keep of them along when they are deleted', () => {
    const { chats, forgotten } = setUp()
    const chat = chats.create(me, {})
    chats.remove(me, chat.id)
    expect(forgotten).toEqual([chat.id])
  })
})
