import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/domain/errors.ts'
import { factsOf } from './facts.ts'
import { readGgufHeader } from './header.ts'

type Value = { type: number; bytes: Buffer }

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const u64 = (value: number | bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const str = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
const textValue = (value: string): Value => ({ type: 8, bytes: str(value) })
const numberValue = (value: number): Value => ({ type: 4, bytes: u32(value) })

/** A GGUF of one F32 tensor with `elements` elements, as its specification draws it. */
function gguf(metadata: [string, Value][], elements = 64): Buffer {
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(1),
    u64(metadata.length),
    ...metadata.flatMap(([key, value]) => [str(key), u32(value.type), value.bytes]),
    str('weights'),
    u32(2),
    u64(elements / 2),
    u64(2),
    u32(0),
    u64(0),
  ])
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), Buffer.alloc(elements * 4)])
}

describe('reading a GGUF header', () => {
  let folder: string
  const path = (name: string) => join(folder, name)
  const codeOf = async (name: string): Promise<string> => {
    try {
      await readGgufHeader(path(name))
      return 'read'
    } catch (error) {
      return error instanceof AppError ? error.code : `untyped: ${String(error)}`
    }
  }
  const small = gguf([
    ['general.architecture', textValue('llama')],
    ['general.file_type', numberValue(15)],
    ['llama.context_length', numberValue(4096)],
  ])

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-gguf-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('tells what the model is', async () => {
    await writeFile(path('small.gguf'), small)
    const facts = factsOf(await readGgufHeader(path('small.gguf')))
    expect(facts).toMatchObject({
      architecture: 'llama',
      parameters: 64,
      quantization: 'Q4_K_M',
      contextLength: 4096,
      kind: 'chat',
    })
    expect(facts.chatTemplate).toBeNull()
  })

  it('names the dominant tensor type when the file type is not said', async () => {
    await writeFile(path('untyped.gguf'), gguf([['general.architecture', textValue('llama')]]))
    expect(factsOf(await readGgufHeader(path('untyped.gguf'))).quantization).toBe('F32')
  })

  it('takes a model that pools and has no chat template for an embedding model', async () => {
    const qwen: [string, Value][] = [
      ['general.architecture', textValue('qwen3')],
      ['qwen3.pooling_type', numberValue(3)],
    ]
    await writeFile(path('pools.gguf'), gguf(qwen))
    expect(factsOf(await readGgufHeader(path('pools.gguf'))).kind).toBe('embedding')
    await writeFile(path('chats.gguf'), gguf([...qwen, ['tokenizer.chat_template', textValue('{{ messages }}')]]))
    expect(factsOf(await readGgufHeader(path('chats.gguf'))).kind).toBe('chat')
  })

  it('finds the file cut off at every length', async () => {
    for (let length = 4; length < small.length; length += 7) {
      await writeFile(path('cut.gguf'), small.subarray(0, length))
      expect(await codeOf('cut.gguf'), `at ${length} of ${small.length} bytes`).toBe('model_file_truncated')
    }
  })

  it('refuses what is no GGUF', async () => {
    await writeFile(path('page.gguf'), '<!doctype html><title>Sign in</title>')
    await writeFile(path('empty.gguf'), '')
    await writeFile(path('future.gguf'), Buffer.concat([Buffer.from('GGUF'), u32(77), Buffer.alloc(64)]))
    expect(await codeOf('page.gguf')).toBe('model_file_invalid')
    expect(await codeOf('empty.gguf')).toBe('model_file_invalid')
    expect(await codeOf('future.gguf')).toBe('model_file_invalid')
  })

  it('names a missing file and a folder', async () => {
    expect(await codeOf('gone.gguf')).toBe('model_file_missing')
    expect(await codeOf('.')).toBe('model_file_invalid')
  })

  it('does not believe impossible lengths', async () => {
    const start = [Buffer.from('GGUF'), u32(3)]
    const hostile: Record<string, Buffer> = {
      manyTensors: Buffer.concat([...start, u64(2n ** 60n), u64(0)]),
      manyKeys: Buffer.concat([...start, u64(0), u64(2n ** 40n)]),
      longKey: Buffer.concat([...start, u64(0), u64(1), u64(2n ** 33n), Buffer.alloc(64)]),
      unknownType: Buffer.concat([...start, u64(0), u64(1), str('key'), u32(99), Buffer.alloc(64)]),
      nestedArrays: Buffer.concat([...start, u64(0), u64(1), str('key'), u32(9), u32(9), u64(4), Buffer.alloc(64)]),
      hugeArray: Buffer.concat([
        ...start,
        u64(0),
        u64(1),
        str('key'),
        u32(9),
        u32(8),
        u64(2n ** 50n),
        Buffer.alloc(64),
      ]),
    }
    for (const [name, bytes] of Object.entries(hostile)) {
      await writeFile(path(name), bytes)
      expect(await codeOf(name), name).toMatch(/^model_file_(invalid|truncated)$/)
    }
  })

  it('keeps hostile keys out of every prototype', async () => {
    await writeFile(
      path('proto.gguf'),
      gguf([
        ['__proto__.polluted', textValue('yes')],
        ['__proto__', textValue('x')],
      ]),
    )
    const { metadata } = await readGgufHeader(path('proto.gguf'))
    expect(metadata.get('__proto__.polluted')).toBe('yes')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('reads the models that ship', async () => {
    const models = join(import.meta.dirname, '../../resources/models')
    const chat = factsOf(await readGgufHeader(join(models, 'SmolLM2-135M-Instruct-Q4_1.gguf')))
    expect(chat).toMatchObject({
      architecture: 'llama',
      quantization: 'Q4_1',
      contextLength: 8192,
      kind: 'chat',
      licence: 'apache-2.0',
      languages: ['en'],
    })
    expect(chat.parameters).toBe(134_515_008)
    expect(chat.chatTemplate).toContain('<|im_start|>')
    const embedding = factsOf(await readGgufHeader(join(models, 'all-MiniLM-L6-v2-Q8_0.gguf')))
    expect(embedding).toMatchObject({
      architecture: 'bert',
      quantization: 'Q8_0',
      contextLength: 512,
      kind: 'embedding',
    })
  })

  it('finds a shipped model cut off at half', async () => {
    const model = join(import.meta.dirname, '../../resources/models/all-MiniLM-L6-v2-Q8_0.gguf')
    const bytes = await readFile(model)
    await writeFile(path('half.gguf'), bytes.subarray(0, bytes.length / 2))
    expect(await codeOf('half.gguf')).toBe('model_file_truncated')
  })
})
