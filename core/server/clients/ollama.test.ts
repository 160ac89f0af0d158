import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Ollama } from 'ollama'
import { describe, expect, it } from 'vitest'
import { createCreateUploaded } from '../../models/create-uploaded.ts'
import { libraryUnderTest } from '../../models/library.testing.ts'
import { createUploads } from '../../models/uploads.ts'
import { started } from '../listening.testing.ts'
import { finish, prefill, type Script } from '../server.testing.ts'

const model = 'smollm2:135m'
const messages = [{ role: 'user', content: 'Capital of France?' }]
const client = (url: string) => new Ollama({ host: url })

describe('the ollama client', () => {
  it('chats, in one piece and streamed', async () => {
    const { url } = await started()
    const whole = await client(url).chat({ model, messages })
    expect([whole.message.content, whole.done, whole.eval_count]).toEqual(['Paris.', true, 2])
    let streamed = ''
    for await (const part of await client(url).chat({ model, messages, stream: true })) streamed += part.message.content
    expect(streamed).toBe('Paris.')
  })

  it('generates, and hands its context back', async () => {
    const { url } = await started()
    const first = await client(url).generate({ model, prompt: 'Capital of France?' })
    expect(first.response).toBe('Paris.')
    expect((await client(url).generate({ model, prompt: 'And?', context: first.context })).response).toBe('Paris.')
  })

  it('reads calls of tools', async () => {
    const calling: Script = async function* () {
      yield prefill
      yield { type: 'toolCall', choice: 0, index: 0, id: 'a', name: 'weather', argumentsDelta: '{"city":"Oslo"}' }
      yield { ...finish(), reason: 'toolCalls' }
    }
    const { url } = await started(calling)
    const { message } = await client(url).chat({ model, messages })
    expect(message.tool_calls?.[0]?.function).toMatchObject({ name: 'weather', arguments: { city: 'Oslo' } })
  })

  it('gets vectors in both forms', async () => {
    const { url } = await started()
    const { embeddings } = await client(url).embed({ model: 'all-minilm', input: ['Cat', 'Dog'] })
    expect(embeddings).toEqual([
      [0.6, -0.8],
      [0.6, -0.8],
    ])
    expect((await client(url).embeddings({ model: 'all-minilm', prompt: 'Cat' })).embedding).toEqual([0.6, -0.8])
  })

  it('lists, shows, copies, makes, pulls and deletes models', async () => {
    const { url } = await started()
    const ollama = client(url)
    expect((await ollama.list()).models.map(({ name }) => name)).toEqual(['all-minilm:latest', model])
    expect((await ollama.show({ model })).capabilities).toContain('completion')
    expect((await ollama.ps()).models).toEqual([])
    await ollama.copy({ source: model, destination: 'mine' })
    expect((await ollama.create({ model: 'mine', from: model, system: 'Be kind.' })).status).toBe('success')
    const statuses: string[] = []
    for await (const { status } of await ollama.pull({ model: 'm', stream: true })) statuses.push(status)
    expect(statuses.at(-1)).toBe('success')
    await ollama.delete({ model })
    await expect(ollama.show({ model: 'nope' })).rejects.toThrow("model 'nope' not found")
  })

  it('makes a model of a file that it sent before', async () => {
    const { library, models } = libraryUnderTest()
    const modelsFolder = () => models
    const uploads = createUploads({ modelsFolder, models: library, newId: () => 'u', now: Date.now })
    const works = { loads: true, templateRenders: null, answers: true, stops: null, intact: null, error: null }
    const trials = { tryMade: async () => ({ ...works, checkedAt: 1 }) }
    const createUploaded = createCreateUploaded({ uploads, library, trials, modelsFolder })
    const { url } = await started(undefined, { uploads, createUploaded, library, findModel: library.find })
    const bytes = Buffer.from('GGUF and what follows')
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    expect((await fetch(`${url}/api/blobs/${digest}`, { method: 'POST', body: bytes })).status).toBe(201)
    const statuses: string[] = []
    const request = { model: 'mine', files: { 'mine.gguf': digest }, system: 'Be kind.', stream: true } as const
    for await (const { status } of await client(url).create(request)) statuses.push(status)
    expect(statuses).toEqual(['parsing GGUF', `using existing layer ${digest}`, 'writing manifest', 'success'])
    expect(await client(url).show({ model: 'mine' })).toMatchObject({ system: 'Be kind.' })
    expect(readFileSync(library.get('mine').path).equals(bytes)).toBe(true)
  })
})
