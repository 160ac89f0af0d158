import { describe, expect, it, vi } from 'vitest'
import type { PullEvent } from '../../../shared/domain/downloads.ts'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { loadedFixture } from '../../../shared/domain/loaded-model.testing.ts'
import type { ServerDeps } from '../deps.ts'
import { chat, paris, testApp } from '../server.testing.ts'

describe('LM Studio’s API', () => {
  it('lists models with what is known of them', async () => {
    const { data } = (await (await testApp().ask('/api/v0/models')).json()) as { data: object[] } // ours
    expect(data).toMatchObject([
      { id: 'all-minilm', type: 'embeddings', state: 'not-loaded' },
      {
        id: 'smollm2:135m',
        object: 'model',
        type: 'llm',
        compatibility_type: 'gguf',
        quantization: 'Q4_1',
        max_context_length: 2048,
        capabilities: ['tool_use'],
      },
    ])
    expect(await (await testApp().ask('/api/v0/models/smollm2:135m')).json()).toMatchObject({ id: 'smollm2:135m' })
    const missing = await testApp().ask('/api/v0/models/nope')
    expect([missing.status, await missing.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }])
  })

  it('answers as OpenAI’s, with figures', async () => {
    const figures = {
      stats: { tokens_per_second: 100, time_to_first_token: 0.001, generation_time: 0.01, stop_reason: 'eosFound' },
      model_info: { quant: 'Q4_1', format: 'gguf', context_length: 2048 },
      runtime: { name: 'hearth', version: '1.2.3' },
    }
    expect(await (await testApp().ask('/api/v0/chat/completions', chat())).json()).toMatchObject({
      choices: [{ message: { content: 'Paris.' } }],
      ...figures,
    })
    const streamed = await (await testApp().ask('/api/v0/chat/completions', chat({ stream: true }))).text()
    const last = streamed.split('\n\n').at(-3) ?? ''
    expect(JSON.parse(last.replace('data: ', ''))).toMatchObject({ choices: [{ finish_reason: 'stop' }], ...figures })
    const text = await testApp().ask('/api/v0/completions', {
      method: 'POST',
      body: JSON.stringify({ model: 'smollm2:135m', prompt: 'x' }),
    })
    expect(await text.json()).toMatchObject({ choices: [{ text: 'Paris.' }], ...figures })
  })
})

describe('LM Studio’s newer API', () => {
  const post = (app: ReturnType<typeof testApp>, path: string, body: object) =>
    app.ask(`/api/v1/${path}`, { method: 'POST', body: JSON.stringify(body) })

  it('lists, loads and unloads models', async () => {
    const load = vi.fn<ServerDeps['load']>(async () => {})
    const unload = vi.fn<ServerDeps['unload']>(async () => {})
    const loadedModels = () => [loadedFixture({ model: 'smollm2:135m', contextLength: 999 })]
    const app = testApp(paris, { load, unload, loadedModels })
    const { models } = (await (await app.ask('/api/v1/models')).json()) as { models: object[] } // ours
    expect(models[1]).toMatchObject({
      key: 'smollm2:135m',
      type: 'llm',
      loaded_instances: [{ id: 'smollm2:135m', config: { context_length: 999 } }],
      capabilities: { vision: false },
    })
    const wanted = { model: 'smollm2:135m', context_length: 999, echo_load_config: true }
    expect(await (await post(app, 'models/load', wanted)).json()).toMatchObject({
      type: 'llm',
      instance_id: 'smollm2:135m',
      status: 'loaded',
      load_config: { context_length: 999 },
    })
    expect(load.mock.calls[0]?.[1]).toEqual({ contextLength: 999 })
    expect(await (await post(app, 'models/unload', { instance_id: 'smollm2:135m' })).json()).toEqual({
      instance_id: 'smollm2:135m',
    })
    expect(unload).toHaveBeenCalledWith('smollm2:135m')
    expect((await post(app, 'models/unload', { instance_id: 'nope' })).status).toBe(404)
    expect((await post(app, 'models/load', { model: 'smollm2:135m', colour: 'red' })).status).toBe(400)
  })

  it('chats, and goes on from what it kept', async () => {
    const seen: GenerationRequestInput[] = []
    const app = testApp((request, signal) => {
      seen.push(request)
      return paris(request, signal)
    })
    const asked = { model: 'smollm2:135m', input: 'Capital of France?', system_prompt: 'Be brief.' }
    const first = (await (await post(app, 'chat', asked)).json()) as { response_id: string } // ours
    expect(first).toMatchObject({
      model_instance_id: 'smollm2:135m',
      output: [{ type: 'message', content: 'Paris.' }],
      stats: { input_tokens: 12, total_output_tokens: 2, tokens_per_second: 100 },
    })
    const next = { model: 'smollm2:135m', input: [{ type: 'text', content: 'And?' }] }
    await post(app, 'chat', { ...next, previous_response_id: first.response_id })
    expect(seen[1]?.input).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user' },
        { role: 'assistant', content: 'Paris.' },
        { role: 'user', content: 'And?' },
      ],
    })
    expect((await post(app, 'chat', { ...next, previous_response_id: 'nope' })).status).toBe(400)
  })

  it('streams named events', async () => {
    const response = await post(testApp(), 'chat', { model: 'smollm2:135m', input: 'Hi', stream: true })
    const names = [...(await response.text()).matchAll(/^event: (.*)$/gm)].map(([, name]) => name)
    expect(names).toEqual([
      'chat.start',
      'model_load.start',
      'model_load.progress',
      'model_load.end',
      'prompt_processing.start',
      'prompt_processing.progress',
      'prompt_processing.end',
      'message.start',
      'message.delta',
      'message.delta',
      'message.end',
      'chat.end',
    ])
  })

  it('downloads by name, and tells how far it is', async () => {
    let go = () => {}
    const waiting = new Promise<void>((resolve) => (go = resolve))
    const files = [{ path: 'm', sizeBytes: 10, doneBytes: 4, state: 'downloading' }]
    const pull: ServerDeps['pull'] = async function* (name) {
      // Only the files are looked at.
      yield { type: 'progress', download: { files } } as PullEvent
      await waiting
      yield { type: 'success', model: name }
    }
    const app = testApp(paris, { pull })
    const begun = await post(app, 'models/download', { model: 'm', quantization: 'Q4_K_M' })
    const job = (await begun.json()) as { job_id: string } // ours
    expect(job).toMatchObject({ status: 'downloading', total_size_bytes: 10, downloaded_bytes: 4 })
    go()
    await vi.waitFor(async () => {
      const state = await app.ask(`/api/v1/models/download/status/${job.job_id}`)
      expect(await state.json()).toMatchObject({ status: 'completed', downloaded_bytes: 10 })
    })
    expect((await app.ask('/api/v1/models/download/status/nope')).status).toBe(404)
  })
})
