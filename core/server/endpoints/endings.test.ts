import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import { endless, started } from '../listening.testing.ts'
import { finish, prefill, type Script, text } from '../server.testing.ts'
import { send, strictApp } from './asking.testing.ts'
import type { Endpoint } from './endpoint.testing.ts'
import { ENDPOINTS } from './table.testing.ts'

/** What a stream must end with when it could not come to its end, by the path of its endpoint. */
const LAST_FRAMES: Record<string, RegExp> = {
  '/v1/chat/completions': /^data: \{"error":\{"message":"[^"]*SAYS[^\n]*\}\}$/,
  '/api/v0/chat/completions': /^data: \{"error":\{"message":"[^"]*SAYS[^\n]*\}\}$/,
  '/v1/completions': /^data: \{"error":\{"message":"[^"]*SAYS[^\n]*\}\}$/,
  '/api/v0/completions': /^data: \{"error":\{"message":"[^"]*SAYS[^\n]*\}\}$/,
  '/v1/responses': /^event: response\.failed\ndata: \{.*"status":"failed".*"error":\{"message":"[^"]*SAYS[^\n]*\}$/,
  '/v1/messages': /^event: error\ndata: \{"type":"error","error":\{"type":"\w+_error","message":"[^"]*SAYS[^\n]*\}\}$/,
  '/api/v1/chat': /^event: error\ndata: \{"type":"error","error":\{"type":"\w+","message":"[^"]*SAYS[^\n]*\}\}$/,
  '/api/generate': /^\{"error":"[^"]*SAYS[^"]*"\}$/,
  '/api/chat': /^\{"error":"[^"]*SAYS[^"]*"\}$/,
}

const FULL = { code: 'queue_full', message: 'Too many wait.', data: { retryAfterSeconds: 7 } } as const
/** Of someone who never hangs up. */
const SIGNAL = new AbortController().signal

const streaming = ENDPOINTS.filter(({ does, fields }) => does === 'answers' && fields['stream'] !== undefined)
const streamed = (endpoint: Endpoint) => ({ ...endpoint.body, stream: true })
const each = <T extends Endpoint>(endpoints: readonly T[]) => endpoints.map((one) => [one.path, one] as const)

function frames(body: string, { dialect }: Endpoint): string[] {
  const end = dialect === 'ollama' ? '\n' : '\n\n'
  expect(body.endsWith(end)).toBe(true)
  return body.slice(0, -end.length).split(end)
}

/** The frame that tells what went wrong, after it was looked at whether anything pretends that all went well. */
async function lastFrame(response: Response, endpoint: Endpoint): Promise<string | undefined> {
  expect(response.status).toBe(200)
  const all = frames(await response.text(), endpoint)
  if (endpoint.dialect === 'lmstudio') {
    // This one tells after it what was written before.
    expect(all.pop()).toMatch(
      /^event: chat\.end\ndata: .*"output":\[\{"type":"message","content":"Par"\}\],"stats":\{.*\}\}\}$/,
    )
  }
  expect(all.join('\n')).not.toMatch(/\[DONE\]|message_stop|response\.completed|"done":true|finish_reason":"/)
  return all.at(-1)
}

/** What that frame must look like. */
function telling(says: string, { path }: Endpoint): RegExp {
  return new RegExp(LAST_FRAMES[path]?.source.replace('SAYS', says) ?? 'no pattern')
}

describe.each(each(streaming))('a stream of %s', (_path, endpoint) => {
  it('that breaks off says so in the form of its API', async () => {
    const app = strictApp(async function* () {
      yield prefill
      yield text('Par')
      yield { type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'The engine ended.' } }
    })
    expect(await lastFrame(await send(app, endpoint, streamed(endpoint)), endpoint)).toMatch(
      telling('The engine ended', endpoint),
    )
  })

  it('that ends too early does not count as whole', async () => {
    const app = strictApp(async function* () {
      yield prefill
      yield text('Par')
    })
    expect(await lastFrame(await send(app, endpoint, streamed(endpoint)), endpoint)).toMatch(
      telling('ended before it was complete', endpoint),
    )
  })

  it('ends with a valid frame when the server stops', async () => {
    const app = strictApp(endless())
    const response = await send(app, endpoint, streamed(endpoint))
    const reader = response.clone().body?.getReader()
    await reader?.read()
    app.jobs.stopAll()
    expect(await lastFrame(response, endpoint)).toMatch(telling('server was stopped', endpoint))
  })

  it('that fails before its first byte still has its status', async () => {
    const app = strictApp(async function* () {
      yield { type: 'loading', choice: 0, progress: 0.5 }
      yield { type: 'error', choice: 0, error: { code: 'out_of_memory', message: 'There is no memory left.' } }
    })
    const response = await send(app, endpoint, streamed(endpoint))
    expect(response.status).toBe(500)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(await response.text()).toContain('There is no memory left.')
  })
})

describe.each(each(ENDPOINTS.filter(({ does }) => does !== 'change')))('%s', (_path, endpoint) => {
  const full: Script = async function* () {
    yield { type: 'error', choice: 0, error: FULL }
  }
  const refuse = () => Promise.reject(new AppError(FULL))

  it('says when the queue is full, and when to come back', async () => {
    const app = strictApp(full, {
      embed: refuse,
      rerank: refuse,
      text: { tokenize: refuse, detokenize: refuse, render: refuse },
    })
    const response = await send(app, endpoint, endpoint.body)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(response.headers.get('x-should-retry')).toBeNull()
    const type = { openai: 'server_error', anthropic: 'overloaded_error', lmstudio: 'internal_error' }
    const body: unknown = await response.json()
    if (endpoint.dialect === 'ollama') expect(body).toEqual({ error: 'Too many wait.' })
    else expect(body).toMatchObject({ error: { type: type[endpoint.dialect], message: 'Too many wait.' } })
  })

  it.each(endpoint.fields['stream'] === undefined ? [false] : [false, true])(
    'stops its work when the client hangs up, streamed: %s',
    async (stream) => {
      const begun = vi.fn()
      const stopped = vi.fn()
      const wait = (signal: AbortSignal): Promise<never> =>
        new Promise((_resolve, reject) => {
          begun()
          signal.addEventListener('abort', () => {
            stopped()
            reject(new DOMException('Stopped.', 'AbortError'))
          })
        })
      const script: Script = async function* (_request, signal) {
        yield prefill
        if (stream) yield text('Par')
        await wait(signal)
        yield finish()
      }
      const { url } = await started(script, {
        embed: (_request, signal) => wait(signal),
        rerank: (_request, signal = SIGNAL) => wait(signal),
        text: {
          tokenize: (_model, _text, _special, signal = SIGNAL) => wait(signal),
          detokenize: (_model, _tokens, signal = SIGNAL) => wait(signal),
          render: (_request, signal = SIGNAL) => wait(signal),
        },
      })
      const client = new AbortController()
      const { method, path, body, fields } = endpoint
      const pending = fetch(url + path, {
        method,
        body: JSON.stringify(fields['stream'] === undefined ? body : { ...body, stream }),
        signal: client.signal,
      })
      pending.catch(() => {})
      await vi.waitFor(() => expect(begun).toHaveBeenCalled())
      client.abort()
      await vi.waitFor(() => expect(stopped).toHaveBeenCalled())
    },
  )
})
