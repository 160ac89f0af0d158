import { describe, expect, it } from 'vitest'
import { taskPrefixes } from '../../../shared/domain/task-presets.ts'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { paris, type Script, testApp } from '../server.testing.ts'

function post(body: object, script: Script = paris): Promise<Response> {
  return testApp(script).ask('/reasoning', { method: 'POST', body: JSON.stringify(body) })
}

describe('POST /reasoning', () => {
  it('answers with the first model that can, prepared for reasoning', async () => {
    let seen: GenerationRequestInput | null = null
    const response = await post({ prompt: 'Why?' }, (request, signal) => {
      seen = request
      return paris(request, signal)
    })
    expect(await response.json()).toEqual({
      generated_text: 'Paris.',
      task_type: 'reasoning',
      inference_time: expect.any(Number),
      model: 'smollm2:135m',
    })
    expect(seen).toMatchObject({
      input: { messages: [{ role: 'user', content: `${taskPrefixes.reasoning}\n\nWhy?` }] },
      maxTokens: 200,
      sampling: { temperature: 0.3 },
    })
  })

  it('refuses another kind of task', async () => {
    const response = await post({ prompt: 'Why?', task_type: 'poetry' })
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'task_type' } }])
  })
})
