import { connect } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Settings } from '../../../shared/domain/settings.ts'
import type { ServerDeps, ServerService } from '../deps.ts'
import { cleanUps, endless, newest, started } from '../listening.testing.ts'
import { chat, finish, paris, prefill, type Script, scriptedDeps, serverSettings, text } from '../server.testing.ts'

const inMemory = [{ model: 'smollm2:135m', state: 'ready' }] as LoadedModel[] // all that is read

/** A server that keeps what requests say, as long as `turn` does not say otherwise. */
async function keeping(script?: Script, more: Partial<ServerDeps> = {}, set: Partial<Settings['server']> = {}) {
  let keepBodies = true
  const { server, url, port } = await started(script, {
    loadedModels: () => inMemory,
    settings: () => serverSettings({ ...set, keepBodies }),
    ...more,
  })
  return {
    server,
    url,
    port,
    ask: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init),
    turn(on: boolean) {
      keepBodies = on
      // As the core does when the setting changes.
      if (!on) server.forgetBodies()
    },
  }
}

const newestId = (server: ServerService) => newest(server)?.id ?? expect.fail('There is no request.')
const look = async (server: ServerService, id = newestId(server)) =>
  (await server.inspect(id)) ?? expect.fail('It is not kept.')
const ended = (server: ServerService, id: string) =>
  vi.waitFor(() => {
    const request = server.state().requests.find((one) => one.id === id)
    expect(request?.status).not.toBeNull()
    return request
  })

describe('the inspector', () => {
  it('shows what was asked and answered, what the model was given, and how long it took', async () => {
    const { server, ask } = await keeping()
    const body = chat().body as string // it is one
    const answer = await (await ask('/v1/chat/completions', { ...chat(), headers: { 'x-trace': 'a' } })).text()
    const request = await ended(server, newestId(server))
    expect(request?.kept).toBe(true)
    const exchange = await look(server)
    expect(exchange).toMatchObject({
      requestBody: body,
      responseBody: answer,
      cut: false,
      prompts: [{ model: 'smollm2:135m', text: '<user>Hi', tokens: 8 }],
      timings: {
        queueMs: 0,
        loadMs: 0,
        firstTokenMs: 1,
        prefillTps: 1000,
        decodeTps: 100,
        durationMs: request?.durationMs,
      },
    })
    expect(exchange.requestHeaders).toContainEqual(['x-trace', 'a'])
  })

  it('shows the bytes of an answer as they went over the socket, in every dialect', async () => {
    const { server, ask } = await keeping()
    const messages = [{ role: 'user', content: 'Hi' }]
    const named = { model: 'smollm2:135m', messages }
    for (const [path, init] of [
      ['/v1/chat/completions', chat({ stream: true })],
      ['/api/chat', { method: 'POST', body: JSON.stringify(named) }],
      ['/v1/messages', { method: 'POST', body: JSON.stringify({ ...named, max_tokens: 9, stream: true }) }],
      ['/v1/embeddings', { method: 'POST', body: JSON.stringify({ model: 'all-minilm', input: 'Hi' }) }],
      ['/v1/models', {}],
      ['/v1/chat/completions', chat({ model: 'nobody' })],
      ['/nothing', {}],
    ] satisfies [string, RequestInit][]) {
      const received = await (await ask(path, init)).text()
      await ended(server, newestId(server))
      expect((await look(server)).responseBody, path).toBe(received)
      expect(received).not.toBe('')
    }
  })

  it('leaves the answer as it is: the same headers, frame by frame', async () => {
    const withoutDate = ({ headers }: Response) => [...headers].filter(([name]) => name !== 'date')
    const { ask, turn } = await keeping(async function* () {
      yield prefill
      yield text('Par')
      await new Promise((resolve) => setImmediate(resolve))
      yield text('is.')
      yield finish()
    })
    for (const init of [chat(), chat({ stream: true })]) {
      turn(true)
      const kept = await ask('/v1/chat/completions', init)
      await kept.text()
      turn(false)
      const plain = await ask('/v1/chat/completions', init)
      await plain.text()
      expect(withoutDate(kept)).toEqual(withoutDate(plain))
    }
  })

  it('shows an answer while it is written, and as far as it came when the client hangs up', async () => {
    const { server, ask } = await keeping(endless())
    const hangUp = new AbortController()
    const response = await ask('/v1/chat/completions', { ...chat({ stream: true }), signal: hangUp.signal })
    await vi.waitFor(async () => expect((await look(server)).responseBody).toContain('"content":"Par"'))
    const before = await look(server)
    expect(before.timings).toMatchObject({ durationMs: null, decodeTps: null })
    hangUp.abort()
    await expect(response.text()).rejects.toThrow()
    const request = await ended(server, newestId(server))
    expect(request).toMatchObject({ cancelled: true, kept: true })
    const { responseBody, requestBody, prompts } = await look(server)
    expect(responseBody.startsWith(before.responseBody)).toBe(true)
    expect(responseBody).not.toContain('[DONE]')
    expect(requestBody).toBe(chat({ stream: true }).body)
    expect(prompts).toHaveLength(1)
  })

  it('shows as much of a body as came when the client hangs up inside it', async () => {
    const { server, port } = await keeping()
    const socket = connect(port, '127.0.0.1')
    cleanUps.push(() => socket.destroy())
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\nx-api-key: s3cret\r\n\r\n{"model":"smo',
    )
    await vi.waitFor(async () => expect((await look(server)).requestBody).toBe('{"model":"smo'))
    socket.destroy()
    await ended(server, newestId(server))
    const exchange = await look(server)
    expect(exchange).toMatchObject({ requestBody: '{"model":"smo', prompts: [] })
    expect(JSON.stringify(exchange)).not.toContain('s3cret')
  })

  it('says when a body was too long to be kept whole, and is still answered', async () => {
    const { server, ask } = await keeping()
    const content = 'é'.repeat(1_500_000)
    const response = await ask('/v1/chat/completions', chat({ messages: [{ role: 'user', content }] }))
    expect(response.status).toBe(200)
    await response.text()
    const { cut, requestBody, prompts } = await look(server)
    expect(cut).toBe(true)
    expect(Buffer.byteLength(requestBody ?? '')).toBeGreaterThan(2 * 1024 * 1024 - 4)
    // Half a letter at the end is none.
    expect(requestBody).toMatch(/é$/)
    expect(prompts).toEqual([])
    expect(() => server.runAgain(newestId(server))).toThrow(expect.objectContaining({ code: 'invalid_input' }) as Error)
  })

  it('keeps no keys, in no dialect', async () => {
    const { server, ask } = await keeping()
    await (
      await ask('/v1/models', {
        headers: {
          authorization: 'Bearer s3cret',
          'x-api-key': 's3cret',
          cookie: 'a=s3cret',
          'x-stainless-lang': 'js',
        },
      })
    ).text()
    const exchange = await look(server)
    expect(exchange.requestHeaders).toContainEqual(['x-stainless-lang', 'js'])
    expect(JSON.stringify(exchange)).not.toContain('s3cret')
    expect(exchange.requestBody).toBeNull()
  })

  it('keeps nothing of the interface and of what watches the server', async () => {
    const { server, ask } = await keeping()
    for (const path of ['/', '/enter?code=x', '/health', '/metrics', '/api/health']) await (await ask(path)).text()
    expect(server.state().requests).toEqual([])
  })
})

describe('the prompt that the inspector shows', () => {
  it('is rendered when it is looked at, once, and only while its model is in memory', async () => {
    let loaded: LoadedModel[] = []
    const render = vi.fn(scriptedDeps().text.render)
    const { server, ask } = await keeping(undefined, {
      loadedModels: () => loaded,
      text: { ...scriptedDeps().text, render },
    })
    await (await ask('/v1/chat/completions', chat({ temperature: 0.5 }))).text()
    expect((await look(server)).prompts).toEqual([])
    loaded = [{ ...inMemory[0], state: 'loading' } as LoadedModel] // all that is read
    expect((await look(server)).prompts).toEqual([])
    expect(render).not.toHaveBeenCalled()
    loaded = inMemory
    for (let i = 0; i < 3; i++) expect((await look(server)).prompts).toHaveLength(1)
    expect(render).toHaveBeenCalledOnce()
    expect(render.mock.calls[0]?.[0]).toMatchObject({ model: 'smollm2:135m', sampling: { temperature: 0.5 } })
    loaded = []
    expect((await look(server)).prompts).toHaveLength(1)
  })

  it('is left out when it can not be rendered, and tried again', async () => {
    let works = false
    const { server, ask } = await keeping(undefined, {
      text: {
        ...scriptedDeps().text,
        async render() {
          if (!works) throw new Error('The engine is gone.')
          return { text: 'again', tokens: 1 }
        },
      },
    })
    await (await ask('/v1/chat/completions', chat())).text()
    expect((await look(server)).prompts).toEqual([])
    works = true
    expect((await look(server)).prompts).toMatchObject([{ text: 'again' }])
  })

  it('is each of several, as it stands where there is no template', async () => {
    const lengths = [3, 4]
    const script: Script = async function* (request) {
      const renderedTokens = lengths.shift() ?? 0
      for (const choice of [0, 1]) {
        yield text('x', choice)
        const end = finish(choice)
        if (end.type === 'finish') yield { ...end, trace: { ...end.trace, renderedTokens } }
      }
      expect(request.choices).toBe(2)
    }
    const { server, ask } = await keeping(script, { loadedModels: () => [] })
    const body = JSON.stringify({ model: 'smollm2:135m', prompt: ['One', 'Two'], n: 2 })
    await (await ask('/v1/completions', { method: 'POST', body })).text()
    expect((await look(server)).prompts).toEqual([
      { model: 'smollm2:135m', text: 'One', tokens: 3 },
      { model: 'smollm2:135m', text: 'Two', tokens: 4 },
    ])
  })

  it('names the model that an alias stands for', async () => {
    const aliases = [{ name: 'gpt-4o-mini', model: 'smollm2:135m' }]
    const { server, ask } = await keeping(undefined, {}, { aliases })
    await (await ask('/v1/chat/completions', chat({ model: 'gpt-4o-mini' }))).text()
    expect(newest(server)?.model).toBe('gpt-4o-mini')
    expect((await look(server)).prompts).toMatchObject([{ model: 'smollm2:135m' }])
  })
})

describe('the switch of the inspector', () => {
  it('keeps nothing while it is off', async () => {
    const { server, ask, turn } = await keeping()
    turn(false)
    await (await ask('/v1/chat/completions', chat())).text()
    expect(newest(server)?.kept).toBe(false)
    expect(await server.inspect(newestId(server))).toBeNull()
    turn(true)
    expect(await server.inspect(newestId(server))).toBeNull()
  })

  it('forgets everything when it is turned off, also of what runs, and tells who watches', async () => {
    const { server, ask, turn } = await keeping(endless())
    const response = await ask('/v1/chat/completions', chat({ stream: true }))
    await vi.waitFor(() => expect(newest(server)?.completionTokens).toBe(1))
    const id = newestId(server)
    expect(newest(server)?.kept).toBe(true)
    let told = 0
    server.onChange(() => told++)
    turn(false)
    expect(told).toBe(1)
    turn(true)
    expect(newest(server)).toMatchObject({ status: null, kept: false })
    expect(await server.inspect(id)).toBeNull()
    await server.stop()
    expect(await response.text()).toContain('server was stopped')
    expect(await server.inspect(id)).toBeNull()
  })

  it('forgets what is cleared from the list, and keeps the rest when the server stops', async () => {
    const { server, ask } = await keeping(endless())
    await (await ask('/v1/models')).text()
    const id = newestId(server)
    const response = await ask('/v1/chat/completions', chat({ stream: true }))
    server.clearRequests()
    expect(await server.inspect(id)).toBeNull()
    const running = newestId(server)
    expect(await server.inspect(running)).not.toBeNull()
    await server.stop()
    await response.text()
    expect((await look(server, running)).responseBody).toContain('server was stopped')
  })
})

describe('running a request again', () => {
  it('sends it as it was, from this machine, and lists and keeps it anew', async () => {
    const seen: Parameters<Script>[0][] = []
    const { server, ask } = await keeping((request, signal) => {
      seen.push(request)
      return paris(request, signal)
    })
    const first = await ask('/v1/chat/completions?x=1', {
      ...chat({ stream: true }),
      headers: {
        origin: 'http://localhost:3000',
        'content-type': 'text/plain',
        'x-hearth-priority': 'batch',
        authorization: 'Bearer s3cret',
      },
    })
    await first.text()
    const id = newestId(server)
    const again = server.runAgain(id)
    expect(again).not.toBe(id)
    expect(newest(server)).toMatchObject({ id: again, method: 'POST', path: '/v1/chat/completions', status: null })
    expect(await ended(server, again)).toMatchObject({ status: 200, kept: true, model: 'smollm2:135m' })
    expect(seen[1]).toEqual(seen[0])
    expect(seen[1]?.priority).toBe('batch')
    const exchange = await look(server, again)
    expect(exchange.requestBody).toBe((await look(server, id)).requestBody)
    await vi.waitFor(async () => expect((await look(server, again)).responseBody).toContain('data: [DONE]'))
    expect(exchange.requestHeaders).toEqual([
      ['accept', '*/*'],
      ['content-type', 'text/plain'],
      ['x-hearth-priority', 'batch'],
    ])
    // And once more, from the one that was run again.
    await ended(server, server.runAgain(again))
    expect(seen).toHaveLength(3)
  })

  it('does not wait for the answer, and is ended with the server', async () => {
    let ends = 0
    const { server, ask } = await keeping(endless(() => ends++))
    const hangUp = new AbortController()
    await ask('/v1/chat/completions', { ...chat({ stream: true }), signal: hangUp.signal })
    hangUp.abort()
    await ended(server, newestId(server))
    const again = server.runAgain(newestId(server))
    await vi.waitFor(() => expect(newest(server)?.completionTokens).toBe(1))
    await server.stop()
    expect(await ended(server, again)).toMatchObject({
      cancelled: false,
      error: expect.stringMatching(/stopped/) as string,
    })
    expect(ends).toBe(2)
  })

  it('also repeats what went wrong', async () => {
    const { server, ask } = await keeping()
    await (await ask('/v1/chat/completions', { method: 'POST', body: '{"model":' })).text()
    const again = server.runAgain(newestId(server))
    expect(await ended(server, again)).toMatchObject({ status: 400 })
    await vi.waitFor(async () => expect((await look(server, again)).responseBody).toContain('not valid JSON'))
  })

  it.each<[string, string, object]>([
    ['DELETE', '/api/delete', { model: 'smollm2:135m' }],
    ['POST', '/api/pull', { model: 'm', stream: false }],
    ['POST', '/api/create', { model: 'm', from: 'smollm2:135m', stream: false }],
    ['POST', '/api/copy', { source: 'smollm2:135m', destination: 'm' }],
    ['POST', '/api/push', { model: 'm' }],
    ['POST', '/api/v1/models/load', { model: 'smollm2:135m' }],
    ['POST', '/api/v1/models/unload', { instance_id: 'smollm2:135m' }],
    ['POST', '/api/v1/models/download', { model: 'm' }],
    ['POST', '/nothing', {}],
  ])('refuses what does more than ask: %s %s', async (method, path, body) => {
    const load = vi.fn<ServerDeps['load']>(async () => {})
    const remove = vi.fn<ServerDeps['library']['remove']>(async () => ({ undoId: 'u' }))
    const { server, ask } = await keeping(undefined, { load, library: { ...scriptedDeps().library, remove } })
    await (await ask(path, { method, body: JSON.stringify(body) })).text()
    await ended(server, newestId(server))
    const calls = load.mock.calls.length + remove.mock.calls.length
    expect(() => server.runAgain(newestId(server))).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(/Only requests/) }) as Error,
    )
    expect(server.state().requests).toHaveLength(1)
    expect(load.mock.calls.length + remove.mock.calls.length).toBe(calls)
  })

  it('refuses what is not kept any more', async () => {
    const { server, ask, turn } = await keeping()
    await (await ask('/v1/models')).text()
    const id = newestId(server)
    turn(false)
    const gone = expect.objectContaining({ code: 'not_found' }) as Error
    expect(() => server.runAgain(id)).toThrow(gone)
    expect(() => server.runAgain('nonsense')).toThrow(gone)
  })
})
