import { expect } from 'vitest'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import { EmbeddingRequest, RerankRequest } from '../../../shared/domain/generation.ts'
import { parseRequest } from '../../generation/engine-request.ts'
import { loadedFixture } from '../../../shared/domain/loaded-model.testing.ts'
import type { ServerDeps } from '../deps.ts'
import { paris, type Script, scriptedDeps, testApp, type TestApp } from '../server.testing.ts'
import type { Dialect, Endpoint } from './endpoint.testing.ts'

/** The application over a scripted engine that takes no request which the real core would not take. */
export function strictApp(script: Script = paris, more: Partial<ServerDeps> = {}): TestApp {
  const usual = scriptedDeps()
  return testApp(
    async function* (request, signal) {
      parseRequest(request)
      yield* script(request, signal)
    },
    {
      async embed(request, signal) {
        EmbeddingRequest.parse(request)
        return usual.embed(request, signal)
      },
      async rerank(request, signal) {
        RerankRequest.parse(request)
        return usual.rerank(request, signal)
      },
      text: {
        ...usual.text,
        async render(request, signal) {
          parseRequest(request)
          return usual.text.render(request, signal)
        },
      },
      loadedModels: (): LoadedModel[] => [loadedFixture({ model: 'smollm2:135m' })],
      ...more,
    },
  )
}

/** JSON with the numbers that `JSON.stringify` can't write: too large ones, and the zero below zero. */
export function written(body: unknown): string {
  const marked = JSON.stringify(body, (_key, value: unknown) =>
    value === Infinity ? '\u0001 1e999' : Object.is(value, -0) ? '\u0001 -0' : value,
  )
  return marked.replaceAll(/"\\u0001 ([^"]+)"/g, '$1')
}

export function send(app: TestApp, { method, path }: Endpoint, body: unknown): Promise<Response> {
  return app.ask(path, { method, body: typeof body === 'string' || body instanceof Uint8Array ? body : written(body) })
}

/** The body with a field set, which a dot may lead into: `options.seed`. */
export function withField({ body, fields }: Endpoint, path: string, value: unknown): Record<string, unknown> {
  const dot = path.indexOf('.')
  const [parent, child] = [path.slice(0, dot), path.slice(dot + 1)]
  if (dot === -1) return { ...body, [path]: value }
  const beside = fields[parent]?.good.find((one) => typeof one === 'object' && !Array.isArray(one))
  return { ...body, [parent]: { ...(beside as object), [child]: value } } // A parent's kind is an object.
}

/** What an error says, after its form was looked at. */
export async function refusalOf(
  response: Response,
  dialect: Dialect,
): Promise<{ message: string; param: string | null }> {
  const written = await response.text()
  const where = `${response.status} ${written.slice(0, 200).replaceAll('\n', ' ')}`
  expect(response.status, where).toBeGreaterThanOrEqual(400)
  expect(response.status, where).toBeLessThan(500)
  expect(response.headers.get('content-type'), where).toMatch(/^application\/json/)
  expect(written.length, where).toBeLessThan(2000)
  if ([408, 409, 429].includes(response.status)) expect(response.headers.get('x-should-retry'), where).toBe('false')
  const body: unknown = JSON.parse(written)
  if (dialect === 'registry') {
    // Its form is held to the reference already.
    const { errors } = body as { errors: { message: string }[] } // As the reference has it.
    return { message: errors[0]?.message ?? '', param: null }
  }
  const message = expect.stringMatching(/\w/) as string
  const { error } = body as { error: string | { message: string; param?: string | null } } // Is looked at below.
  const param = typeof error === 'string' ? null : (error.param ?? null)
  const code = expect.stringMatching(/^\w+$/) as string
  const type = expect.stringMatching(/_error$|^request_too_large$/) as string
  if (dialect === 'ollama') expect(body, where).toEqual({ error: message })
  else if (dialect === 'anthropic') expect(body, where).toEqual({ type: 'error', error: { type, message } })
  else if (dialect === 'openai') expect(body, where).toEqual({ error: { message, type, param, code } })
  else {
    const type = expect.stringMatching(/^(?:invalid_request|model_not_found)$/) as string
    expect(body, where).toEqual({ error: { type, message, code, ...(param === null ? {} : { param }) } })
  }
  return { message: typeof error === 'string' ? error : error.message, param }
}
