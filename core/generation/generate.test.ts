import { describe, expect, it } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import type { GenerationRecord } from '../../shared/domain/engines.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { GenerationEvent, GenerationRequestInput } from '../../shared/domain/generation.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { EngineDone, EngineRequest } from '../../shared/process/engine.ts'
import type { EnginePool } from '../engines/pool.ts'
import type { WorkDone } from '../engines/work.ts'
import { modelFixture } from '../models/model.testing.ts'
import { createGeneration, type FinishedAnswer } from './generate.ts'

const actor: Actor = { ownerId: 'local', door: 'http', access: 'remote' }
const ask: GenerationRequestInput = {
  model: 'a',
  input: { kind: 'messages', messages: [{ role: 'user', content: 'Hi' }] },
  actor,
}

function result(completion: number): WorkDone<EngineDone> {
  return {
    done: {
      reason: 'stop',
      usage: { prompt: 4, cached: 1, completion, reasoning: 0 },
      timings: { prefillMs: 30, prefillTokens: 3, decodeMs: 100 },
      renderedTokens: 4,
      droppedMessages: 0,
      cacheSource: 'slot',
    },
    queueMs: 5,
    loadMs: 7,
  }
}

interface Played {
  kind?: 'chat' | 'embedding'
  made?: Model['made']
  onFinished?: (finished: FinishedAnswer) => void
  record?: (record: GenerationRecord) => void
}

function generation(
  run: EnginePool['run'],
  { kind = 'chat', made = null, onFinished = () => {}, record = () => {} }: Played = {},
) {
  const seeds = [11, 22, 33]
  return createGeneration({
    library: {
      get(name) {
        if (name !== 'a') throw new AppError({ code: 'model_not_found', message: `no ${name}` })
        return modelFixture({
          name,
          facts: { kind },
          defaults: {
            system: 'Be brief.',
            sampling: { temperature: 0.2, minP: 0.4 },
            load: {},
            template: null,
            goTemplate: null,
            stop: ['###'],
            maxTokens: 64,
          },
          made,
        })
      },
    },
    pool: { run },
    clock: () => performance.now(),
    now: () => 7,
    newId: () => 'id',
    randomSeed: () => seeds.shift() ?? 0,
    record,
    onFinished,
  })
}

const answering: EnginePool['run'] = async (_model, _request, { onEvent }) => {
  onEvent({ type: 'loading', progress: 1 })
  onEvent({ type: 'text', id: 1, text: 'Hel', tokens: 1 })
  onEvent({ type: 'text', id: 1, text: 'lo', tokens: 1 })
  return result(3)
}

async function collect(events: AsyncIterable<GenerationEvent>): Promise<GenerationEvent[]> {
  const all: GenerationEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('a generation', () => {
  it('tells what happens in order and ends with measured timings', async () => {
    const events = await collect(generation(answering)(ask))
    expect(events.map((event) => event.type)).toEqual(['loading', 'text', 'finish'])
    expect(events[1]).toMatchObject({ text: 'Hello', tokens: 2 })
    expect(events[2]).toMatchObject({
      usage: { prompt: 4, cached: 1, completion: 3 },
      timings: { queueMs: 5, loadMs: 7, prefillTps: 100, decodeTps: 20 },
      trace: { seed: 11, cacheSource: 'slot' },
    })
  })

  it('tells thoughts, calls of tools and probabilities as they come', async () => {
    const logprob = { token: 'Yes', bytes: [89], logprob: -0.1, top: [] }
    const generate = generation(async (_model, _request, { onEvent }) => {
      onEvent({ type: 'reasoning', id: 1, text: 'Let me ', tokens: 2 })
      onEvent({ type: 'reasoning', id: 1, text: 'see.', tokens: 1 })
      onEvent({ type: 'toolCall', id: 1, index: 0, callId: 'c', name: 'now', tokens: 1 })
      onEvent({ type: 'toolCall', id: 1, index: 0, callId: 'c', argumentsDelta: '{"zone":', tokens: 1 })
      onEvent({ type: 'toolCall', id: 1, index: 0, callId: 'c', argumentsDelta: '"UTC"}', tokens: 1 })
      onEvent({ type: 'toolCall', id: 1, index: 1, callId: 'd', name: 'now', tokens: 1 })
      onEvent({ type: 'text', id: 1, text: 'Yes', tokens: 1, logprobs: [logprob] })
      onEvent({ type: 'text', id: 1, text: '.', tokens: 1, logprobs: [logprob] })
      return result(8)
    })
    expect(await collect(generate(ask))).toMatchObject([
      { type: 'reasoning', choice: 0, text: 'Let me see.', tokens: 3 },
      { type: 'toolCall', index: 0, id: 'c', name: 'now', argumentsDelta: '{"zone":"UTC"}' },
      { type: 'toolCall', index: 1, id: 'd', name: 'now' },
      { type: 'text', text: 'Yes.', tokens: 2, logprobs: [logprob, logprob] },
      { type: 'finish', timings: { ttftMs: expect.any(Number) } },
    ])
  })

  it('passes on what the engine must obey, and who asks how urgently', async () => {
    const seen: { request: EngineRequest; options: object }[] = []
    const generate = generation(async (_model, request, options) => {
      seen.push({ request, options })
      return result(1)
    })
    const sampling = { dryMultiplier: 0.8, xtcProbability: 0.5 }
    await collect(
      generate({
        ...ask,
        input: { kind: 'prompt', prompt: 'Once' },
        sampling,
        echo: true,
        parallelToolCalls: false,
        logprobs: { top: 2 },
        priority: 'batch',
        keepAliveSeconds: 60,
        cacheKey: 'chat',
      }),
    )
    expect(seen).toMatchObject([
      {
        request: { sampling, echo: true, parallelToolCalls: false, logprobs: { top: 2 }, cacheKey: 'chat' },
        options: { priority: 'batch', keepAliveSeconds: 60, owner: 'http', ownerId: 'local' },
      },
    ])
  })

  it('records each answer with its timings, and each failure with its reason, without what was said', async () => {
    const records: GenerationRecord[] = []
    const record = (each: GenerationRecord) => void records.push(each)
    await collect(generation(answering, { record })({ ...ask, choices: 2 }))
    const failing: EnginePool['run'] = () => Promise.reject(new AppError({ code: 'engine_hung', message: 'gone' }))
    await collect(generation(failing, { record })(ask))
    expect(records).toMatchObject([
      { id: 'id', at: 7, model: 'a', door: 'http', priority: 'api', reason: 'stop', cacheSource: 'slot', error: null },
      { reason: 'stop', timings: { queueMs: 5 } },
      { reason: null, usage: null, error: { code: 'engine_hung' } },
    ])
    expect(JSON.stringify(records)).not.toContain('Hel')
  })

  it('sends a random seed unless one is given, and another one for each choice', async () => {
    const seen: EngineRequest[] = []
    const generate = generation(async (_model, request) => {
      seen.push(request)
      return result(1)
    })
    await collect(generate({ ...ask, choices: 2 }))
    await collect(generate({ ...ask, choices: 2, sampling: { seed: 7 } }))
    expect(seen.map(({ seed }) => seed)).toEqual([11, 22, 7, 8])
  })

  it('gives the model its own system prompt and sampling where the request says nothing else', async () => {
    const seen: EngineRequest[] = []
    const generate = generation(async (_model, request) => {
      seen.push(request)
      return result(1)
    })
    await collect(generate(ask))
    await collect(
      generate({
        ...ask,
        sampling: { temperature: 1 },
        input: {
          kind: 'messages',
          messages: [
            { role: 'system', content: 'Mine.' },
            { role: 'user', content: 'Hi' },
          ],
        },
      }),
    )
    expect(seen[0]).toMatchObject({
      sampling: { temperature: 0.2, minP: 0.4 },
      input: { messages: [{ content: 'Be brief.' }, { content: 'Hi' }] },
    })
    expect(seen[1]).toMatchObject({
      sampling: { temperature: 1, minP: 0.4 },
      input: { messages: [{ content: 'Mine.' }, { content: 'Hi' }] },
    })
  })

  it('gives the model its own stop strings and length where the request says nothing else', async () => {
    const seen: EngineRequest[] = []
    const generate = generation(async (_model, request) => {
      seen.push(request)
      return result(1)
    })
    await collect(generate(ask))
    await collect(generate({ ...ask, stop: ['END'], maxTokens: 8 }))
    expect(seen).toMatchObject([
      { stop: ['###'], maxTokens: 64 },
      { stop: ['END'], maxTokens: 8 },
    ])
  })

  it('puts the messages that a model was made with behind the one system prompt', async () => {
    const seen: EngineRequest[] = []
    const made: Model['made'] = {
      modelfile: '',
      from: 'b',
      messages: [
        { role: 'system', content: 'Old.' },
        { role: 'user', content: 'Is 2 even?' },
        { role: 'assistant', content: 'Yes.' },
      ],
      notObeyed: [],
    }
    const generate = generation(
      async (_model, request) => {
        seen.push(request)
        return result(1)
      },
      { made },
    )
    await collect(generate(ask))
    await collect(
      generate({
        ...ask,
        input: {
          kind: 'messages',
          messages: [
            { role: 'system', content: 'Mine.' },
            { role: 'user', content: 'Hi' },
          ],
        },
      }),
    )
    await collect(generate({ ...ask, input: { kind: 'prompt', prompt: 'Once' } }))
    const contents = seen.map(({ input }) => (input.kind === 'messages' ? input.messages.map((m) => m.content) : input))
    expect(contents).toEqual([
      ['Be brief.', 'Is 2 even?', 'Yes.', 'Hi'],
      ['Mine.', 'Is 2 even?', 'Yes.', 'Hi'],
      { kind: 'prompt', prompt: 'Once' },
    ])
  })

  it('tells of each answer that came to its end, with the speed that was measured', async () => {
    const told: FinishedAnswer[] = []
    await collect(generation(answering, { onFinished: (finished) => told.push(finished) })({ ...ask, choices: 2 }))
    expect(told).toHaveLength(2)
    expect(told[0]).toMatchObject({ model: { name: 'a' }, timings: { decodeTps: 20 }, contextTokens: 7 })
    const stopped: EnginePool['run'] = () => Promise.reject(new AppError({ code: 'cancelled', message: 'Stopped.' }))
    await collect(generation(stopped, { onFinished: (finished) => told.push(finished) })(ask))
    expect(told).toHaveLength(2)
  })

  it.each([
    ['an unknown model', { ...ask, model: 'b' }, 'model_not_found'],
    ['no message', { ...ask, input: { kind: 'messages' as const, messages: [] } }, 'invalid_input'],
    ['a temperature that is no number', { ...ask, sampling: { temperature: Number.NaN } }, 'invalid_input'],
    ['a chat that shall be repeated', { ...ask, echo: true }, 'invalid_input'],
    ['a negative seed', { ...ask, sampling: { seed: -1 } }, 'invalid_input'],
  ])('answers %s with one error event', async (_, request, code) => {
    expect(await collect(generation(answering)(request))).toMatchObject([{ type: 'error', error: { code } }])
  })

  it('refuses to chat with an embedding model', async () => {
    expect(await collect(generation(answering, { kind: 'embedding' })(ask))).toMatchObject([
      { error: { code: 'model_cannot_chat' } },
    ])
  })

  it('ends with the error of the engine after what had arrived', async () => {
    const generate = generation(async (_model, _request, { onEvent }) => {
      onEvent({ type: 'text', id: 1, text: 'Par', tokens: 1 })
      throw new AppError({ code: 'engine_crashed', message: 'gone' })
    })
    expect(await collect(generate(ask))).toMatchObject([{ text: 'Par' }, { error: { code: 'engine_crashed' } }])
  })

  const untilAborted: EnginePool['run'] = (_model, _request, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new AppError({ code: 'cancelled', message: 'Stopped.' })))
    })

  it('stops when its signal aborts', async () => {
    const controller = new AbortController()
    const events = collect(generation(untilAborted)(ask, controller.signal))
    controller.abort()
    expect(await events).toMatchObject([{ error: { code: 'cancelled' } }])
  })

  it('stops the other choices when one fails', async () => {
    let aborted = 0
    let calls = 0
    const generate = generation((_model, _request, { signal }) => {
      if (calls++ === 0) return Promise.reject(new AppError({ code: 'engine_crashed', message: 'gone' }))
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted++
          reject(new Error('stopped'))
        })
      })
    })
    await collect(generate({ ...ask, choices: 3 }))
    expect(aborted).toBe(2)
  })

  it('says when the deadline passed', async () => {
    expect(await collect(generation(untilAborted)({ ...ask, deadlineMs: 1 }))).toMatchObject([
      { error: { code: 'deadline_exceeded' } },
    ])
  })

  it('takes a deadline in years for none', async () => {
    expect(await collect(generation(answering)({ ...ask, deadlineMs: 1e12 }))).toMatchObject([
      { type: 'loading' },
      { type: 'text' },
      { type: 'finish' },
    ])
  })

  it('stops the engine when the caller leaves', async () => {
    let stopped = false
    const generate = generation((_model, _request, { onEvent, signal }) => {
      onEvent({ type: 'text', id: 1, text: 'a', tokens: 1 })
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped = true
          reject(new Error('stopped'))
        })
      })
    })
    for await (const event of generate(ask)) if (event.type === 'text') break
    expect(stopped).toBe(true)
  })
})
