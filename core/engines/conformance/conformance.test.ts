import { describe, expect, it } from 'vitest'
import type { GenerationEvent, GenerationRequestInput } from '../../../shared/domain/generation.ts'
import type { Conformance, Model } from '../../../shared/domain/models.ts'
import type { Generate } from '../../generation/generate.ts'
import { modelFixture } from '../../models/model.testing.ts'
import { loadedFixture } from '../../../shared/domain/loaded-model.testing.ts'
import { createConformance } from './conformance.ts'

/** How a model answers what it is asked. */
type Play = (request: GenerationRequestInput) => {
  text?: string
  reasoning?: string
  cities?: string[]
  error?: string
}

const text = (value: string): GenerationEvent => ({ type: 'text', choice: 0, text: value, tokens: 1 })

/** One that can do everything. */
const able: Play = ({ constraint, tools = [], toolChoice, reasoning, stop = [] }) => {
  if (constraint?.kind === 'schema') return { text: '{"name":"Paris","letters":5}' }
  if (tools.length > 0) return { cities: toolChoice === 'required' ? ['Paris', 'Rome'] : ['Paris'] }
  if (reasoning?.mode === 'on') return { reasoning: 'Seventeen…', text: 'Yes.' }
  const whole = 'one two three four'
  return { text: stop[0] === undefined ? whole : (whole.split(stop[0])[0] ?? '') }
}

function played(play: Play, model: Model) {
  const asked: GenerationRequestInput[] = []
  const kept: Conformance[] = []
  const generate: Generate = async function* (request, signal) {
    asked.push(request)
    const { text: said, reasoning, cities = [], error } = play(request)
    if (signal?.aborted || error !== undefined) {
      const code = signal?.aborted ? 'cancelled' : (error as 'unsupported_parameter') // the test names a code
      yield { type: 'error', choice: 0, error: { code, message: 'It can’t.' } }
      return
    }
    if (reasoning) yield { type: 'reasoning', choice: 0, text: reasoning, tokens: 1 }
    for (const piece of said?.match(/.{1,3}/gs) ?? []) yield text(piece)
    for (const [index, city] of cities.entries()) {
      yield { type: 'toolCall', choice: 0, index, id: `call-${index}`, name: 'get_weather' }
      yield { type: 'toolCall', choice: 0, index, id: `call-${index}`, argumentsDelta: '{"city":' }
      yield { type: 'toolCall', choice: 0, index, id: `call-${index}`, argumentsDelta: `"${city}"}` }
    }
    yield {
      type: 'finish',
      choice: 0,
      reason: cities.length > 0 ? 'toolCalls' : 'stop',
      usage: { prompt: 1, cached: 0, completion: 1, reasoning: 0 },
      timings: { queueMs: 0, loadMs: 0, ttftMs: 1, prefillTps: null, decodeTps: null },
      trace: { renderedTokens: 1, droppedMessages: 0, seed: 1, cacheSource: 'none' },
    }
  }
  const job = createConformance({
    library: {
      find: (name) => (name === model.name ? model : undefined),
      setConformance(_, conformance) {
        if (conformance) kept.push(conformance)
      },
    },
    generate,
    engine: 'engine 1',
    now: () => 7,
  })
  return { job, asked, kept }
}

const going = new AbortController().signal
const chat = (chatTemplate: string | null, more: Parameters<typeof modelFixture>[0] = {}) =>
  modelFixture({ name: 'model', lastUsedAt: 5, ...more, facts: { chatTemplate, ...more.facts } })

describe('what a model can do', () => {
  it('is found out for one that can do everything', async () => {
    const { job, kept, asked } = played(able, chat('{% if tools %} <think>'))
    await job.run('model', going)
    expect(kept).toMatchObject([
      {
        testedAt: 7,
        engine: 'engine 1',
        json: true,
        tools: 'native',
        parallelTools: true,
        thinking: true,
        stopStrings: true,
      },
    ])
    expect(asked.every(({ priority, maxTokens }) => priority === 'batch' && (maxTokens ?? Infinity) < 500)).toBe(true)
    const tools = kept[0]?.details.find(({ test }) => test === 'tools')
    expect(tools).toMatchObject({ passed: true })
    expect(tools?.answer).toContain('Paris now?')
    expect(tools?.answer).toContain('get_weather({"city":"Paris"})')
  })

  it('is the constrained form where the template knows no tools, or calls none by itself', async () => {
    const plain = played(able, chat('{{ messages }}'))
    await plain.job.run('model', going)
    expect(plain.kept[0]).toMatchObject({ tools: 'constrained', thinking: null })
    const shy = played(
      (request) => (request.toolChoice === 'auto' ? { text: 'It is sunny.' } : able(request)),
      chat('{% if tools %}'),
    )
    await shy.job.run('model', going)
    expect(shy.kept[0]?.tools).toBe('constrained')
  })

  it('is nothing for one that does not listen', async () => {
    const { job, kept } = played(() => ({ text: '<think>Hm.</think> I like turtles.' }), chat('{% if tools %}'))
    await job.run('model', going)
    const nothing = { json: false, tools: 'none', parallelTools: false, thinking: false, stopStrings: false }
    expect(kept[0]).toMatchObject(nothing)
  })

  it('counts a refusal as an answer', async () => {
    const { job, kept } = played(
      (request) => (request.constraint ? { error: 'constraint_invalid' } : able(request)),
      chat(null),
    )
    await job.run('model', going)
    expect(kept[0]).toMatchObject({ json: false, stopStrings: true })
    expect(kept[0]?.details[0]?.answer).toContain('It can’t.')
  })

  it('is not decided by an engine that fails or is taken away', async () => {
    const failing = played(() => ({ error: 'engine_crashed' }), chat(null))
    await expect(failing.job.run('model', going)).rejects.toMatchObject({ code: 'engine_crashed' })
    const stopped = played(able, chat(null))
    await expect(stopped.job.run('model', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    expect([...failing.kept, ...stopped.kept]).toEqual([])
  })

  it('is tried once for each engine, of chat models that have answered', async () => {
    const next = (model: Model) => played(able, model).job.next([loadedFixture()])
    const known: Conformance = {
      testedAt: 1,
      engine: 'engine 1',
      json: true,
      tools: 'none',
      parallelTools: false,
      thinking: null,
      stopStrings: true,
      details: [],
    }
    expect(await next(chat(null))).toBe('model')
    expect(await next(chat(null, { lastUsedAt: null }))).toBeNull()
    expect(await next(chat(null, { facts: { kind: 'embedding' } }))).toBeNull()
    expect(await next(chat(null, { conformance: known }))).toBeNull()
    expect(await next(chat(null, { conformance: { ...known, engine: 'engine 0' } }))).toBe('model')
  })
})
