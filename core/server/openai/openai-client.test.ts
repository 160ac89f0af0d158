import OpenAI from 'openai'
import { describe, expect, it, vi } from 'vitest'
import { endless, newest, started } from '../listening.testing.ts'
import { prefill, text } from '../server.testing.ts'

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
