import { keysUnderTest } from '../../keys/keys.testing.ts'
import { createHash } from 'node:crypto'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { conform } from '../conformance.testing.ts'
import { model, paris, testApp } from '../server.testing.ts'
import type { DocumentedOperation, OpenApiDocument } from './document.ts'
import { groups } from './groups.ts'

/** Doors of the interface, and what `/` says: for browsers, not for programs. */
const DOORS = new Set(['/', '/enter', '/session', '/assets/*', '/:file'])

const { app, ask } = testApp(paris, {
  rendererDir: '/nowhere',
  findModel: (name) => model(name),
  loadedModels: () => [],
  unload: async () => {},
})
const document = (await (await ask('/openapi.json')).json()) as OpenApiDocument // ours
const described = groups.flatMap(({ reference }) => Object.entries(reference))

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as [string, DocumentedOperation],
  ),
)

describe('the API reference', () => {
  it('describes every route that there is, and none that there is not', () => {
    const routes = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => ({ method, path: path.replaceAll(/\{[^}]*\}/g, '') }))
      .filter(({ path }) => !DOORS.has(path))
      .map(({ method, path }) => `${method} ${path}`)
    expect(described.map(([key]) => key).toSorted()).toEqual(routes.toSorted())
    expect(operations.map(([key]) => key.replaceAll(/\{(\w+)\}/g, ':$1')).toSorted()).toEqual(routes.toSorted())
  })

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone({ ...document }))
    expect(errors ?? []).toEqual([])
    expect([valid, validator.version]).toEqual([true, '3.1'])
  })

  it.each(operations)('has what a reader needs of %s', (_, operation) => {
    const statuses = Object.keys(operation.responses)
    expect(statuses.some((status) => Number(status) >= 500)).toBe(true)
    for (const answer of Object.values(operation.responses)) expect(answer.description.length).toBeGreaterThan(2)
    expect(operation.tags).toHaveLength(1)
    const scope = operation['x-key-scope']
    expect(statuses.includes('401')).toBe(scope !== undefined)
    expect(operation.security).toEqual(scope === undefined ? [] : [{}, { bearer: [] }, { apiKey: [] }])
    expect(operation.parameters === undefined).toBe(!/\{/.test(_))
  })

  it('names each operation once', () => {
    const ids = operations.map(([, { operationId }]) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(described.filter(([, { request }]) => request !== undefined))(
    'says of each field of %s what it means',
    (_, { request }) => {
      const schema = request?.schema
      if (!(schema instanceof z.ZodObject)) throw new Error('no object')
      const silent = Object.entries(schema.shape).filter(
        ([, field]) => z.globalRegistry.get(field)?.description === undefined,
      )
      expect(silent.map(([name]) => name)).toEqual([])
    },
  )
})

describe('its examples', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', ...document })
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>()
  const fits = (schema: object, value: unknown) => {
    const written = JSON.stringify(schema).replaceAll('"#/components', '"document#/components')
    const validate = compiled.get(written) ?? ajv.compile(JSON.parse(written) as object)
    compiled.set(written, validate)
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
  }

  it.each(described)('of %s conform', (key, { request, answers }) => {
    const [method = '', route = ''] = key.split(' ')
    const sent = { method, path: route.replaceAll(/:\w+/g, 'x'), body: JSON.stringify(request?.example) }
    const entry = operations.find(([name]) => name.replaceAll(/\{(\w+)\}/g, ':$1') === key)?.[1]
    for (const [status, { json, events, lines, text }] of Object.entries(answers)) {
      const content = entry?.responses[status]?.content ?? {}
      for (const [type, media] of Object.entries(content)) {
        if (!('examples' in media)) throw new Error(`no example of ${type}`)
        const { value } = media.examples.example
        const body = typeof value === 'string' ? value : JSON.stringify(value)
        conform(sent, { status: Number(status), contentType: type, body, isWhole: true })
      }
      expect(Object.keys(content)).toHaveLength([json, events, lines, text].filter((one) => one !== undefined).length)
      if (json !== undefined) fits(content[json.type ?? 'application/json']?.schema ?? {}, json.example)
      for (const event of events?.example ?? []) fits(content['text/event-stream']?.schema ?? {}, event)
      for (const line of lines?.example ?? []) fits(content['application/x-ndjson']?.schema ?? {}, line)
    }
    if (request !== undefined) fits(entry?.requestBody?.content['application/json'].schema ?? {}, request.example)
  })

  it.each(described.filter(([, { request, answers }]) => request !== undefined && 200 in answers))(
    'of %s are accepted by the server, also with null for whatever may be absent',
    async (key, { request }) => {
      const [method = '', path = ''] = key.split(' ')
      // Nothing is in memory here that could be unloaded.
      if (path === '/api/v1/models/unload') return
      const schema = request?.schema
      if (!(schema instanceof z.ZodObject)) throw new Error('no object')
      const nulls = Object.keys(schema.shape).filter((name) => z.safeParse(schema.shape[name], null).success)
      const example = z.record(z.string(), z.unknown()).parse(request?.example)
      const body = { ...Object.fromEntries(nulls.map((name) => [name, null])), ...example }
      for (const one of [example, body]) {
        const response = await ask(path, { method, body: JSON.stringify(one) })
        expect([response.status, response.status === 200 ? '' : await response.text()]).toEqual([200, ''])
      }
    },
  )
})

describe('the page of the reference', () => {
  it('shows every operation and every form, and its links lead somewhere', async () => {
    const page = await (await ask('/docs')).text()
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    for (const [, { operationId }] of operations) expect(anchors).toContain(operationId)
    for (const name of Object.keys(document.components.schemas)) expect(anchors).toContain(`schema-${name}`)
    const links = [...page.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id)
    expect(links.filter((id) => !anchors.has(id))).toEqual([])
  })

  it('loads nothing and runs nothing', async () => {
    const response = await ask('/docs')
    const page = await response.text()
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|form)\b|\bon\w+=|@import|url\(/i)
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(page).not.toMatch(/ style="/)
  })

  it('has examples for the address by which it was called', async () => {
    expect(await (await ask('/docs', { host: 'localhost:4321' })).text()).toContain(
      'curl http://localhost:4321/v1/chat/completions',
    )
  })

  it('needs a key from other computers, as the document does', async () => {
    const { keys, create } = keysUnderTest()
    const { secret } = create('reader')
    const keyed = testApp(paris, { keys }, { hosts: new Set(['box']) })
    for (const path of ['/docs', '/openapi.json']) {
      expect((await keyed.ask(path, { peer: '192.168.1.9', host: 'box' })).status, path).toBe(401)
      const headers = { authorization: `Bearer ${secret}` }
      expect((await keyed.ask(path, { peer: '192.168.1.9', host: 'box', headers })).status, path).toBe(200)
    }
  })
})
