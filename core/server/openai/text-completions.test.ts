import { describe, expect, it, vi } from 'vitest'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { finish, paris, prefill, type Script, testApp, text } from '../server.testing.ts'

const question = { model: 'smollm2:135m', prompt: 'The capital of France is' }

function post(body: unknown, script: Script = paris): Promise<Response> {
  return testApp(script).ask('/v1/completions', { method: 'POST', body: JSON.stringify(body) })
}

async function frames(response: Response): Promise<unknown[]> {
  const all = (await response.text()).split('\n\n').filter((frame) => frame !== '')
  expect(all.pop()).toBe('data: [DONE]')
  return all.map((frame): unknown => JSON.parse(frame.replace('data: ', '')))
}

describe('POST /v1/completions', () => {
  it('goes on with a text', async () => {
    expect(await (await post(question)).json()).toMatchObject({
      object: 'text_completion',
      model: 'smollm2:135m',
      choices: [{ index: 0, text: 'Paris.', logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 12, completion_tokens: 2, total_tokens: 14 },
    })
  })

  it('streams pieces, then why it ended, and counts only where they were asked for', async () => {
    const plain = await frames(await post({ ...question, stream: true }))
    const choices = (frame: unknown) => (frame as { choices: unknown[] }).choices[0] // ours
    expect(plain.map(choices)).toEqual([
      { index: 0, text: 'Par', logprobs: null, finish_reason: null },
      { index: 0, text: 'is.', logprobs: null, finish_reason: null },
      { index: 0, text: '', logprobs: null, finish_reason: 'stop' },
    ])
    expect(plain[0]).not.toHaveProperty('usage')
    const counted = await frames(await post({ ...question, stream: true, stream_options: { include_usage: true } }))
    expect(counted.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 2 } })
    expect(counted[0]).toMatchObject({ usage: null })
  })

  it('answers several prompts, n times each, numbered through', async () => {
    const seen: GenerationRequestInput[] = []
    const script: Script = async function* (request) {
      seen.push(request)
      yield prefill
      for (let choice = 0; choice < (request.choices ?? 1); choice++) {
        const { input } = request
        yield text(`${input.kind === 'prompt' ? input.prompt : ''}${choice}`, choice)
        yield finish(choice)
      }
    }
    const answer = (await (await post({ ...question, prompt: ['a', 'b'], n: 2 }, script)).json()) as {
      choices: { index: number; text: string }[]
    } // ours
    expect(answer.choices.map(({ index, text: words }) => [index, words])).toEqual([
      [0, 'a0'],
      [1, 'a1'],
      [2, 'b0'],
      [3, 'b1'],
    ])
    expect(seen.map(({ choices }) => choices)).toEqual([2, 2])
  })

  it('takes as many answers as a queue can hold, of all prompts together', async () => {
    const prompt = Array.from({ length: 64 }, () => 'x')
    expect((await post({ ...question, prompt, n: 2 })).status).toBe(200)
    const refused = await post({ ...question, prompt, n: 3 })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { param: 'n' } })
  })

  it('stops the other prompts when one fails', async () => {
    const ended = vi.fn()
    const script: Script = async function* ({ input }) {
      if (input.kind === 'prompt' && input.prompt === 'bad') {
        yield { type: 'error', choice: 0, error: { code: 'out_of_memory', message: 'No memory.' } }
        return
      }
      try {
        for (;;) {
          yield text('x')
          await new Promise((resolve) => setImmediate(resolve))
        }
      } finally {
        ended()
      }
    }
    const response = await post({ ...question, prompt: ['good', 'bad'] }, script)
    expect(response.status).toBe(500)
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
  })

  it.each([
    [{ prompt: [1, 2] }, { input: { kind: 'tokens', tokens: [1, 2] } }],
    [{ suffix: 'b' }, { input: { kind: 'infill', prefix: question.prompt, suffix: 'b' } }],
    [{}, { maxTokens: 16, truncate: false, echo: false }],
    [
      { max_tokens: 3, echo: true, logprobs: 2, stop: 'x' },
      { maxTokens: 3, echo: true, logprobs: { top: 2 }, stop: ['x'] },
    ],
  ])('turns %j into %j', async (more, expected) => {
    let seen: GenerationRequestInput | null = null
    await post({ ...question, ...more }, (request, signal) => {
      seen = request
      return paris(request, signal)
    })
    expect(seen).toMatchObject(expected)
  })

  it('has probabilities in columns, with where each token begins', async () => {
    const logprobs = ['Par', 'is'].map((token) => ({
      token,
      bytes: [1],
      logprob: -1,
      top: [{ token, bytes: [1], logprob: -1 }],
    }))
    const script: Script = async function* () {
      yield { ...text('Paris'), logprobs } as never // the fixture has none
      yield finish()
    }
    expect(await (await post({ ...question, logprobs: 1 }, script)).json()).toMatchObject({
      choices: [
        {
          logprobs: {
            tokens: ['Par', 'is'],
            token_logprobs: [-1, -1],
            top_logprobs: [{ Par: -1 }, { is: -1 }],
            text_offset: [0, 3],
          },
        },
      ],
    })
  })

  it.each([
    [{ prompt: undefined }, 'prompt'],
    [{ best_of: 3 }, 'best_of'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ logprobs: 30 }, 'logprobs'],
    [{ prompt: [1], suffix: 'b' }, 'suffix'],
    [{ model: 'all-minilm' }, 'model'],
  ])('refuses %j by name', async (more, param) => {
    const response = await post({ ...question, ...more })
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param } }])
  })
})
