import { copyFile, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/domain/errors.ts'
import { readModel } from './read-model.ts'

const real = join(import.meta.dirname, '../../resources/models/all-MiniLM-L6-v2-Q8_0.gguf')
const RANDOM_CUTS = 200

/** A number in the header that the reader relies on. */
interface Field {
  name: string
  at: number
  bytes: 4 | 8
}

/** A header written field by field, which remembers where each stands. */
function createWriter() {
  let out = Buffer.alloc(0)
  const fields: Field[] = []
  const raw = (bytes: Buffer) => {
    out = Buffer.concat([out, bytes])
  }
  const number = (name: string, value: number, bytes: 4 | 8) => {
    fields.push({ name, at: out.length, bytes })
    const buffer = Buffer.alloc(bytes)
    if (bytes === 4) buffer.writeUInt32LE(value)
    else buffer.writeBigUInt64LE(BigInt(value))
    raw(buffer)
  }
  const text = (name: string, value: string) => {
    number(`length of ${name}`, Buffer.byteLength(value), 8)
    raw(Buffer.from(value))
  }
  return { raw, number, text, fields, bytes: () => out }
}

/** A whole model of two tensors, with every kind of value; its header is below 2 kB. */
function synthetic() {
  const writer = createWriter()
  writer.raw(Buffer.from('GGUF'))
  writer.number('version', 3, 4)
  writer.number('tensor count', 2, 8)
  writer.number('key count', 10, 8)
  const key = (name: string, type: number) => {
    writer.text(`key ${name}`, name)
    writer.number(`type of ${name}`, type, 4)
  }
  key('general.architecture', 8)
  writer.text('architecture', 'llama')
  key('general.alignment', 4)
  writer.number('alignment', 32, 4)
  for (const [name, value] of [
    ['context_length', 4096],
    ['embedding_length', 64],
    ['block_count', 2],
    ['attention.head_count', 4],
    ['attention.head_count_kv', 2],
  ] as const) {
    key(`llama.${name}`, 4)
    writer.number(name, value, 4)
  }
  key('general.file_type', 4)
  writer.number('file type', 15, 4)
  key('tokenizer.ggml.tokens', 9)
  writer.number('array type', 8, 4)
  writer.number('array length', 2, 8)
  writer.text('first token', '<s>')
  writer.text('second token', '</s>')
  key('split.count', 2)
  writer.raw(Buffer.from([1, 0]))
  for (const [name, offset] of [
    ['token_embd.weight', 0],
    ['output.weight', 512],
  ] as const) {
    writer.text(`name of ${name}`, name)
    writer.number(`dimensions of ${name}`, 2, 4)
    writer.number(`columns of ${name}`, 64, 8)
    writer.number(`rows of ${name}`, 2, 8)
    writer.number(`ggml type of ${name}`, 0, 4)
    writer.number(`offset of ${name}`, offset, 8)
  }
  const header = writer.bytes()
  const data = Buffer.alloc(((32 - (header.length % 32)) % 32) + 1024)
  return { whole: Buffer.concat([header, data]), headerBytes: header.length, fields: writer.fields }
}

const WRONG = [
  0n,
  1n,
  2n ** 16n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 40n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
]

const OUTCOME = /^(?:read|in part|model_file_(?:invalid|truncated))$/
/** Wrong here, no reader may take it for a whole model. */
const MUST_FAIL = /^(?:version|key count|length of key|type of|length of|array length|columns|offset|dimensions)/

describe('a corpus of broken models', { timeout: 600_000 }, () => {
  const { whole, headerBytes, fields } = synthetic()
  let folder: string
  let path: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-corpus-'))
    path = join(folder, 'model.gguf')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** `read`, or the code of a typed error; anything else fails the test. */
  async function outcome(what: string): Promise<string> {
    try {
      const { complete } = await readModel(path)
      return complete ? 'read' : 'in part'
    } catch (error) {
      if (!(error instanceof AppError)) throw new Error(`${what}: an untyped error`, { cause: error })
      return error.code
    }
  }

  it('begins with one that is whole', async () => {
    expect(headerBytes).toBeLessThan(2048)
    await writeFile(path, whole)
    expect(await outcome('whole')).toBe('read')
  })

  it('holds each field wrong in turn', async () => {
    for (const { name, at, bytes } of fields) {
      for (const value of WRONG) {
        const broken = Buffer.from(whole)
        if (bytes === 4) broken.writeUInt32LE(Number(value & 0xffffffffn), at)
        else broken.writeBigUInt64LE(value, at)
        await writeFile(path, broken)
        const what = `${name} is ${value}`
        const result = await outcome(what)
        expect(result, what).toMatch(OUTCOME)
        // Far beyond the file, whatever it counts.
        if (MUST_FAIL.test(name) && bytes === 8 && value >= 2n ** 40n) expect(result, what).not.toBe('read')
      }
    }
  })

  it('holds each byte of the header turned over', async () => {
    for (let at = 0; at < headerBytes; at++) {
      const broken = Buffer.from(whole)
      broken.writeUInt8(broken.readUInt8(at) ^ 0xff, at)
      await writeFile(path, broken)
      const result = await outcome(`byte ${at} turned over`)
      expect(result, `byte ${at} turned over`).toMatch(OUTCOME)
      if (at < 8) expect(result, `byte ${at} of magic and version`).toBe('model_file_invalid')
    }
  })

  it('holds it cut at each byte', async () => {
    for (let length = whole.length - 1; length >= 0; length--) {
      await writeFile(path, whole.subarray(0, length))
      const result = await outcome(`cut at ${length}`)
      expect(result, `cut at ${length}`).toBe(length < 4 ? 'model_file_invalid' : 'model_file_truncated')
    }
  })

  it(`holds a real one cut at the borders of its fields and at ${RANDOM_CUTS} random places`, async () => {
    const { size, borders } = await bordersOf(real)
    const random = Array.from({ length: RANDOM_CUTS }, () => Math.floor(Math.random() * size))
    const cuts = [...new Set([...borders.flatMap((at) => [at - 1, at]), ...random])]
      .filter((at) => at >= 0 && at < size)
      .toSorted((a, b) => b - a)
    expect(borders.length).toBeGreaterThan(50)
    // Shorter each time, so that it is copied only once.
    await copyFile(real, path)
    for (const at of cuts) {
      await truncate(path, at)
      expect(await outcome(`cut at ${at}`), `cut at ${at}`).toBe(at < 4 ? 'model_file_invalid' : 'model_file_truncated')
    }
  })
})

/** Where fields of a header end: of each key, each value, and of ten words of its vocabulary. */
async function bordersOf(file: string): Promise<{ size: number; borders: number[] }> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const { buffer } = await handle.read(Buffer.alloc(Math.min(size, 4 << 20)), 0, Math.min(size, 4 << 20), 0)
    const borders = [4, 8, 16, 24]
    const scalars = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]
    let at = 24
    const skipText = () => void (at += 8 + Number(buffer.readBigUInt64LE(at)))
    for (let keys = Number(buffer.readBigUInt64LE(16)); keys > 0; keys--) {
      skipText()
      borders.push(at)
      const type = buffer.readUInt32LE(at)
      at += 4
      borders.push(at)
      if (type === 8) skipText()
      else if (type === 9) {
        const of = buffer.readUInt32LE(at)
        const length = Number(buffer.readBigUInt64LE(at + 4))
        at += 12
        borders.push(at)
        for (let index = 0; index < length; index++) {
          if (of === 8) skipText()
          else at += scalars[of] ?? 0
          if (index % Math.ceil(length / 10) === 0) borders.push(at)
        }
      } else at += scalars[type] ?? 0
      borders.push(at)
    }
    return { size, borders }
  } finally {
    await handle.close()
  }
}
