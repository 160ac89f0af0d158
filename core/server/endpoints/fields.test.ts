import { describe, expect, it } from 'vitest'
import { refusalOf, send, strictApp, withField } from './asking.testing.ts'
import type { Endpoint } from './endpoint.testing.ts'
import { EACH } from './table.testing.ts'

const app = strictApp()

/** Sends bodies and gathers what is wrong with the answers, so that one run shows all. */
async function problems(
  endpoint: Endpoint,
  bodies: readonly (readonly [what: string, body: unknown])[],
  look: (response: Response, what: string) => Promise<void>,
): Promise<string[]> {
  const found: string[] = []
  for (const [what, body] of bodies) {
    try {
      await look(await send(app, endpoint, body), what)
    } catch (error) {
      found.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return found
}

async function isAnswered(response: Response): Promise<void> {
  const said = await response.text()
  expect(response.status, said.slice(0, 300)).toBe(200)
  expect(said).not.toContain('"error":{')
}

const show = (value: unknown) => JSON.stringify(value)?.slice(0, 60)
/** A field itself, or something within it. */
const startOf = (field: string) => new RegExp(`^${field.replaceAll('.', '\\.')}(?:$|[.[])`)

describe.each(EACH)('%s', (_name, endpoint) => {
  const { body, dialect, fields, required } = endpoint
  const bodiesOf = (kind: 'good' | 'wrong') =>
    Object.entries(fields).flatMap(([field, { [kind]: values }]) =>
      values.map((value) => [field, `${field} ${show(value)}`, withField(endpoint, field, value)] as const),
    )

  it('answers the smallest body, and ignores what it does not know', async () => {
    const unknown = endpoint.path === '/api/v1/models/load' ? [] : ['made_up', '__proto__', 'constructor', 'toString']
    const json = JSON.stringify(body)
    const bodies = unknown.map((name) => [name, `{"${name}":{"polluted":[1]},${json.slice(1)}`] as const)
    expect(await problems(endpoint, [['smallest', body], ...bodies], isAnswered)).toEqual([])
    expect({}).not.toHaveProperty('polluted')
  })

  it('takes null for absent', async () => {
    const bodies = Object.keys(fields).map((field) => [field, withField(endpoint, field, null)] as const)
    expect(await problems(endpoint, bodies, isAnswered)).toEqual([])
  })

  it('takes what is within bounds', async () => {
    const bodies = bodiesOf('good').map(([, what, asked]) => [what, asked] as const)
    expect(await problems(endpoint, bodies, isAnswered)).toEqual([])
  })

  it('refuses by name what is wrong', async () => {
    const all = [
      ...bodiesOf('wrong'),
      ...Object.entries(required).flatMap(([field, values]) =>
        values.map((value) => [field, `${field} ${show(value)}`, { ...body, [field]: value }] as const),
      ),
    ]
    const fieldOf = new Map(all.map(([field, what]): [string, string] => [what, field]))
    const bodies = all.map(([, what, asked]) => [what, asked] as const)
    const found = await problems(endpoint, bodies, async (response, what) => {
      const field = fieldOf.get(what) ?? ''
      const { message, param } = await refusalOf(response, dialect)
      expect(message).toContain(field)
      expect(message).not.toMatch(/Invalid input/)
      if (dialect === 'openai' || dialect === 'lmstudio') expect(param, message).toMatch(startOf(field))
    })
    expect(found).toEqual([])
  })
})
