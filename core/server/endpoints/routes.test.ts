import { describe, expect, it } from 'vitest'
import { refusalOf, strictApp } from './asking.testing.ts'
import { dialectOf } from '../dialect.ts'
import { ENDPOINTS, WITHOUT_BODY } from './table.testing.ts'

const app = strictApp()
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Every route that is registered, with the methods that it answers. */
const routes = new Map<string, Set<string>>()
for (const { method, path } of app.app.routes) {
  if (path === '/*') continue
  const methods = routes.get(path) ?? new Set()
  routes.set(path, methods)
  if (method !== 'ALL') methods.add(method)
}
const all = [...routes].map(([path, methods]) => ({
  path: path
    .replace(/:id(\{[^}]*\})?/, 'smollm2:135m')
    .replace(':digest', `sha256:${'ab'.repeat(32)}`)
    .replaceAll(/:(?:namespace|name|tag)\b/g, 'x'),
  methods,
  dialect: dialectOf(path),
}))

describe('the table of endpoints', () => {
  it('has every route that takes a body', () => {
    const taken = [...routes].flatMap(([path, methods]) =>
      [...methods].filter((method) => method !== 'GET').map((method) => `${method} ${path}`),
    )
    const known = [...ENDPOINTS.map(({ method, path }) => `${method} ${path}`), ...WITHOUT_BODY.keys()]
    expect(known.toSorted()).toEqual(taken.toSorted())
  })
})

describe.each(all)('$path', ({ path, methods, dialect }) => {
  const allowed = [...methods].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))

  it('refuses other methods, and names its own', async () => {
    for (const method of METHODS.filter((one) => !methods.has(one))) {
      const response = await app.ask(path, { method })
      expect(response.status, method).toBe(405)
      expect(response.headers.get('allow')).toBe(allowed.join(', '))
      expect((await refusalOf(response, dialect)).message).toContain(allowed[0])
    }
  })

  it('says what it allows to OPTIONS', async () => {
    const response = await app.ask(path, { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toBe([...allowed, 'OPTIONS'].join(', '))
  })

  it('answers HEAD as GET without its body', async () => {
    const response = await app.ask(path, { method: 'HEAD' })
    expect(response.status).toBe(methods.has('GET') ? (await app.ask(path)).status : 405)
    expect(await response.text()).toBe('')
  })
})
