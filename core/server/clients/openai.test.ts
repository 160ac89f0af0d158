import OpenAI from 'openai'
import { describe, expect, it, vi } from 'vitest'
import { endless, newest, started } from '../listening.testing.ts'
import type { GenerationEvent, GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { finish, paris, prefill, text } from '../server.testing.ts'

describe('the openai client', () => {
  const client = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 2 })
  const question = { model: 'smollm2:135m', messages: [{ role: 'user' as const, content: 'Capital of France?' }] }

  it('gets an answer in one piece', async () => {
    const { url } = await started()
    const completion = await client(url).chat.completions.create(question)
    expect(completion.choices[0]?.message.content).toBe('Paris.')
    expect(completion.usage?.total_tokens).toBe(14)
  })

  it('reads a stream, with counts when it asks for them', async () => {
    const { url } = await started()
    const stream = await client(url).chat.completions.create({
      ...question,
      stream: true,
      stream_options: { include_usage: true },
    })
    let answer = ''
    let total = 0
    for await (const chunk of stream) {
      answer += chunk.choices[0]?.delta.content ?? ''
      total = chunk.usage?.total_tokens ?? total
    }
    expect(answer).toBe('Paris.')
    expect(total).toBe(14)
  })

  it('finds every frame complete with its strict stream helper', async () => {
    const { url } = await started()
    const completion = await client(url)
      .chat.completions.stream({ ...question, n: 2 })
      .finalChatCompletion()
    expect(completion.choices.map((choice) => choice.message.content)).toEqual(['Paris.', 'Paris.'])
    expect(completion.choices[0]?.finish_reason).toBe('stop')
  })

  const weather = {
    type: 'function' as const,
    function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  }
  const calling: GenerationEvent[] = [
    prefill,
    { type: 'reasoning', choice: 0, text: 'Two cities.', tokens: 2 },
    { type: 'toolCall', choice: 0, index: 0, id: 'call_a', name: 'get_weather' },
    { type: 'toolCall', choice: 0, index: 0, id: 'call_a', argumentsDelta: '{"city":' },
    { type: 'toolCall', choice: 0, index: 0, id: 'call_a', argumentsDelta: '"Rome"}' },
    { type: 'toolCall', choice: 0, index: 1, id: 'call_b', name: 'get_weather', argumentsDelta: '{"city":"Oslo"}' },
    { ...finish(), reason: 'toolCalls' } as GenerationEvent, // a finish event with another reason
  ]
  const calls = [
    { id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
    { id: 'call_b', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
  ]

  it('gets the calls of tools, and what was thought before them', async () => {
    const { url } = await started(async function* () {
      yield* calling
    })
    const completion = await client(url).chat.completions.create({ ...question, tools: [weather] })
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: calls, reasoning_content: 'Two cities.' },
    })
  })

  it('finds the frames of calls complete with its strict stream helper', async () => {
    const { url } = await started(async function* () {
      yield* calling
    })
    const streamed = client(url).chat.completions.stream({ ...question, tools: [weather] })
    const deltas: object[] = []
    streamed.on('chunk', (chunk) => deltas.push(...(chunk.choices[0]?.delta.tool_calls ?? [])))
    const completion = await streamed.finalChatCompletion()
    expect(completion.choices[0]?.message.tool_calls).toMatchObject(calls)
    expect(deltas).toEqual([
      { index: 0, id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '' } },
      { index: 0, function: { arguments: '{"city":' } },
      { index: 0, function: { arguments: '"Rome"}' } },
      { index: 1, id: 'call_b', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
    ])
  })

  it('sends the results of tools back', async () => {
    let seen: GenerationRequestInput | undefined
    const { url } = await started(async function* (request, signal) {
      seen = request
      yield* paris(request, signal)
    })
    await client(url).chat.completions.create({
      ...question,
      tools: [weather],
      messages: [
        ...question.messages,
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: '21 degrees' },
      ],
    })
    expect(seen?.input).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', toolCalls: [{ id: 'a', name: 'get_weather', arguments: '{}' }] },
        { role: 'tool', toolCallId: 'a', content: '21 degrees' },
      ],
    })
  })

  it('reads an answer that holds to a schema', async () => {
    const { url } = await started(async function* (request) {
      expect(request.constraint).toMatchObject({ kind: 'schema' })
      yield prefill
      yield text('{"city":"Paris"}')
      yield finish()
    })
    const completion = await client(url).chat.completions.parse({
      ...question,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'city', schema: { type: 'object', properties: { city: { type: 'string' } } } },
      },
    })
    expect(completion.choices[0]?.message.parsed).toEqual({ city: 'Paris' })
  })

  it('gets the probabilities of tokens, in one piece and streamed', async () => {
    const token = { token: 'Par', bytes: [80, 97, 114], logprob: -0.1 }
    const first = { ...token, top: [token, { token: 'Lon', bytes: [76, 111, 110], logprob: -3 }] }
    const second = { token: 'is', bytes: [105, 115], logprob: -0.01, top: [] }
    const { url } = await started(async function* () {
      yield prefill
      yield { type: 'text', choice: 0, text: 'Par', tokens: 1, logprobs: [first] }
      yield { type: 'text', choice: 0, text: '', tokens: 1, logprobs: [second] }
      yield finish()
    })
    const asked = { ...question, logprobs: true, top_logprobs: 2 }
    const expected = [
      { ...token, top_logprobs: first.top },
      { token: 'is', bytes: [105, 115], logprob: -0.01, top_logprobs: [] },
    ]
    const whole = await client(url).chat.completions.create(asked)
    expect(whole.choices[0]?.logprobs).toEqual({ content: expected, refusal: null })
    const streamed = await client(url).chat.completions.stream(asked).finalChatCompletion()
    expect(streamed.choices[0]?.logprobs?.content).toEqual(expected)
  })

  it('turns texts into vectors, as its default encoding and as numbers', async () => {
    const { url } = await started()
    const ask = { model: 'all-minilm', input: ['a', 'b'] }
    const encoded = await client(url).embeddings.create(ask)
    expect(encoded.data.map(({ index }) => index)).toEqual([0, 1])
    expect(encoded.data[0]?.embedding).toHaveLength(2)
    expect(encoded.data[0]?.embedding[1]).toBeCloseTo(-0.8, 6)
    const plain = await client(url).embeddings.create({ ...ask, encoding_format: 'float' })
    expect(plain).toMatchObject({ object: 'list', model: 'all-minilm', usage: { prompt_tokens: 6, total_tokens: 6 } })
    expect(plain.data[0]?.embedding).toEqual([0.6, -0.8])
  })

  it('lists models', async () => {
    const { url } = await started()
    const ids: string[] = []
    for await (const model of client(url).models.list()) ids.push(model.id)
    expect(ids).toEqual(['smollm2:135m', 'all-minilm'])
    expect((await client(url).models.retrieve('smollm2:135m')).id).toBe('smollm2:135m')
  })

  it('knows the class of an error, and sends no costly request again', async () => {
    let asked = 0
    const { url } = await started(async function* () {
      asked++
      yield { type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'It broke.' } }
    })
    await expect(client(url).chat.completions.create(question)).rejects.toBeInstanceOf(OpenAI.InternalServerError)
    expect(asked).toBe(1)
    await expect(client(url).chat.completions.create({ ...question, model: 'nope' })).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    )
    await expect(client(url).chat.completions.create({ ...question, temperature: -1 })).rejects.toMatchObject({
      status: 400,
      param: 'temperature',
    })
  })

  it('throws an error that comes in the middle of a stream', async () => {
    const { url } = await started(async function* () {
      yield prefill
      yield text('Par')
      yield { type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'It broke.' } }
    })
    let answer = ''
    const read = async () => {
      for await (const chunk of await client(url).chat.completions.create({ ...question, stream: true }))
        answer += chunk.choices[0]?.delta.content ?? ''
    }
    await expect(read()).rejects.toThrow(/It broke/)
    expect(answer).toBe('Par')
  })

  it('stops the model when it leaves a stream', async () => {
    const stopped = vi.fn()
    const { url, server } = await started(endless(stopped))
    const stream = await client(url).chat.completions.create({ ...question, stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    await vi.waitFor(() => expect(stopped).toHaveBeenCalled())
    expect(newest(server)).toMatchObject({ cancelled: true, status: 499 })
  })
})
