import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { started } from '../listening.testing.ts'
import { finish, prefill, type Script, text } from '../server.testing.ts'

const model = 'smollm2:135m'
const client = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })

const calling: Script = async function* () {
  yield prefill
  yield { type: 'reasoning', choice: 0, text: 'Hm.', tokens: 1 }
  yield text('Let me see.')
  yield { type: 'toolCall', choice: 0, index: 0, id: 'call_a', name: 'get_weather', argumentsDelta: '{"city":"Oslo"}' }
  yield { ...finish(), reason: 'toolCalls' }
}

describe('the openai client, with its newer and older APIs', () => {
  it('gets responses that build on each other, and deletes them', async () => {
    const { url } = await started()
    const first = await client(url).responses.create({ model, input: 'Capital of France?' })
    expect(first.output_text).toBe('Paris.')
    const next = await client(url).responses.create({ model, input: 'And?', previous_response_id: first.id })
    expect(next.previous_response_id).toBe(first.id)
    expect((await client(url).responses.retrieve(first.id)).id).toBe(first.id)
    await client(url).responses.delete(first.id)
    await expect(client(url).responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 })
  })

  it('finds every event complete with its strict stream helper', async () => {
    const { url } = await started(calling)
    const stream = client(url).responses.stream({ model, input: 'Weather?' })
    const types = new Set<string>()
    for await (const event of stream) types.add(event.type)
    const response = await stream.finalResponse()
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call'])
    expect(types).toContain('response.function_call_arguments.done')
    expect(types).toContain('response.completed')
  })

  it('parses an answer with the help of a schema', async () => {
    const json: Script = async function* () {
      yield text('{"city":"Paris"}')
      yield finish()
    }
    const { url } = await started(json)
    const format = zodTextFormat(z.object({ city: z.string() }), 'capital')
    const response = await client(url).responses.parse({ model, input: 'Capital?', text: { format } })
    expect(response.output_parsed).toEqual({ city: 'Paris' })
  })

  it('goes on with texts, streamed or not', async () => {
    const { url } = await started()
    const whole = await client(url).completions.create({ model, prompt: ['a', 'b'] })
    expect(whole.choices.map((choice) => choice.text)).toEqual(['Paris.', 'Paris.'])
    let streamed = ''
    for await (const chunk of await client(url).completions.create({ model, prompt: 'a', stream: true })) {
      streamed += chunk.choices[0]?.text ?? ''
    }
    expect(streamed).toBe('Paris.')
  })
})
