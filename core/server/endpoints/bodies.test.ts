import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES, MAX_VALUES } from '../guard/body.ts'
import { refusalOf, send, strictApp } from './asking.testing.ts'
import { EACH } from './table.testing.ts'

const app = strictApp()
const bytes = (...values: number[]) => new Uint8Array(values)
const BOM = '\uFEFF'
const DEEP = 100_000

/** Bodies that no endpoint takes, with the status and what is said of them. */
const REFUSED: [what: string, body: string | Uint8Array, status: number, says: RegExp][] = [
  ['nothing', '', 400, /no body/],
  ['blanks', ' \r\n\t', 400, /no body/],
  ['a BOM alone', BOM, 400, /no body/],
  ['a list', '[]', 400, /JSON object/],
  ['a text', '"x"', 400, /JSON object/],
  ['null', 'null', 400, /JSON object/],
  ['true', 'true', 400, /JSON object/],
  ['a number', '5', 400, /JSON object/],
  ['a form', 'model=a&prompt=b', 400, /not valid JSON/],
  ['NaN', '{"model":NaN}', 400, /not valid JSON/],
  ['a comment', '{/* */}', 400, /not valid JSON/],
  ['single quotes', "{'model':'a'}", 400, /not valid JSON/],
  ['a comma too many', '{"model":"a",}', 400, /not valid JSON/],
  ['two objects', '{}{}', 400, /not valid JSON/],
  ['an unknown escape', '{"model":"\\x"}', 400, /not valid JSON/],
  ['a raw line break', '{"model":"a\nb"}', 400, /not valid JSON/],
  ['invalid UTF-8', bytes(0x7b, 0x22, 0xff, 0x22, 0x7d), 400, /UTF-8/],
  ['UTF-16', Buffer.from('{}', 'utf16le'), 400, /JSON/],
  ['half a character', bytes(0x22, 0xe2, 0x82), 400, /UTF-8/],
  ['a surrogate in UTF-8', bytes(0x22, 0xed, 0xa0, 0x80, 0x22), 400, /UTF-8/],
  ['100,000 lists', '['.repeat(DEEP), 400, /deeper/],
  ['100,000 objects', '{"a":'.repeat(DEEP), 400, /deeper/],
  ['gzip without a name', gzipSync('{}'), 400, /UTF-8|JSON/],
]

describe.each(EACH)('%s', (_name, endpoint) => {
  const { method, path, dialect, body } = endpoint
  const json = JSON.stringify(body)
  const ask = (more: RequestInit) => app.ask(path, { method, ...more })

  it('refuses what is no JSON object', async () => {
    for (const [what, sent, status, says] of [
      ...REFUSED,
      ['half of one', json.slice(0, -2), 400, /not valid JSON/] as const,
      ['more behind it', `${json}x`, 400, /not valid JSON/] as const,
    ]) {
      const response = await send(app, endpoint, sent)
      expect(response.status, what).toBe(status)
      expect((await refusalOf(response, dialect)).message, what).toMatch(says)
    }
  })

  it('refuses what is compressed, a form with files, and what is too long', async () => {
    const cases: [RequestInit, number, RegExp][] = [
      [{ body: gzipSync(json), headers: { 'content-encoding': 'gzip' } }, 415, /uncompressed/],
      [{ body: json, headers: { 'content-encoding': 'br, gzip' } }, 415, /uncompressed/],
      [{ body: json, headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 415, /JSON/],
      [{ body: 'x', headers: { 'content-length': String(MAX_BODY_BYTES + 1) } }, 413, /32 MiB/],
    ]
    for (const [init, status, says] of cases) {
      const response = await ask(init)
      expect(response.status).toBe(status)
      expect((await refusalOf(response, dialect)).message).toMatch(says)
    }
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', '%%', ''])(
    'reads JSON that is called %s',
    async (type) => {
      expect((await ask({ body: json, headers: { 'content-type': type } })).status).toBe(200)
    },
  )

  it('skips a BOM, and takes the last of two fields of one name', async () => {
    expect((await send(app, endpoint, BOM + json)).status).toBe(200)
    const [first = ''] = Object.keys(body)
    const earlier = `{"${first}":5,${json.slice(1)}`
    expect((await send(app, endpoint, earlier)).status).toBe(200)
    const later = `${json.slice(0, -1)},"${first}":5}`
    expect((await refusalOf(await send(app, endpoint, later), dialect)).message).toContain(first)
  })

  it('does not even read what has more entries than anybody needs', async () => {
    const [first = ''] = Object.keys(body)
    const response = await send(app, endpoint, `{"${first}":[${'5,'.repeat(MAX_VALUES)}5],${json.slice(1)}`)
    expect(response.status).toBe(413)
    expect((await refusalOf(response, dialect)).message).toMatch(/1000000 fields and entries/)
  })
})
