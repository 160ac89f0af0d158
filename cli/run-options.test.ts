import { describe, expect, it, vi } from 'vitest'
import type { Client } from './client.ts'
import { answerOf, fakeClient, fakeWorld, finish, model, text } from './program.testing.ts'

/** Every model that is asked for is in the library. */
const here: Partial<Client['models']> = { show: async ({ name }) => ({ model: model(name), modelfile: '' }) }

const generating = (
  generate: (input: Parameters<Client['engines']['generate']>[0], signal?: AbortSignal) => ReturnType<typeof answerOf>,
) => ({
  load: vi.fn(async () => {}),
  generate: (async (input, options) => generate(input, options?.signal)) as Client['engines']['generate'],
})

describe('the options of hearth run', () => {
  const asked = async (args: string[], world = (client: Client) => fakeWorld(client)) => {
    let input: Parameters<Client['engines']['generate']>[0] | undefined
    const engine = generating((request) => {
      input = request
      return answerOf({ type: 'reasoning', choice: 0, text: '\nHm, Paris.', tokens: 3 }, text('Paris'), finish)
    })
    const one = world(fakeClient({ engines: engine, models: here }))
    const code = await one.run('run', 'smollm2:135m', ...args, 'Capital?')
    return { code, input, out: one.out(), err: one.err() }
  }

  it.each([
    [[], {}],
    [['--keepalive', '10m'], { keepAliveSeconds: 600 }],
    [['--keepalive=-1'], { keepAliveSeconds: -1 }],
    [['--think'], { reasoning: { mode: 'on' } }],
    [['--no-think'], { reasoning: { mode: 'off' } }],
    [['--format', 'json'], { constraint: { kind: 'json' } }],
    [['--format', '{"type":"object"}'], { constraint: { kind: 'schema', schema: { type: 'object' } } }],
  ])('%o ask with %o', async (args, expected) => {
    const { code, input } = await asked(args)
    expect(code).toBe(0)
    expect(input).toEqual({
      model: 'smollm2:135m',
      input: { kind: 'messages', messages: [{ role: 'user', content: 'Capital?' }] },
      ...expected,
    })
  })

  it('refuse what means nothing', async () => {
    expect((await asked(['--keepalive', 'soon'])).code).toBe(2)
    for (const format of ['{bad', '[]', 'no-such-schema.json']) {
      const { code, err } = await asked(['--format', format])
      expect(code).toBe(1)
      expect(err).toMatch(/--format json/)
    }
  })

  it('show what was thought dimmed on a terminal, and never in a pipe', async () => {
    const pipe = await asked([])
    expect(pipe.out).toBe('Paris\n')
    expect(pipe.err).toBe('')
    const terminal = await asked(['--think'], (client) => fakeWorld(client, { terminal: true }))
    expect(terminal.err).toContain('\u001b[2mHm, Paris.\u001b[22m\n\n')
    expect(terminal.out).toBe('Paris\n')
  })
})
