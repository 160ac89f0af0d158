import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModel } from './read-model.ts'

const models = join(import.meta.dirname, '../../resources/models')
const chat = join(models, 'SmolLM2-135M-Instruct-Q4_1.gguf')

/** The beginning of a file. */
async function beginning(path: string, length: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const u32 = (value: number) => Buffer.from(new Uint32Array([value]).buffer)
const u64 = (value: number) => Buffer.from(new BigUint64Array([BigInt(value)]).buffer)
const str = (value: string) => Buffer.concat([u64(value.length), Buffer.from(value)])

/** One shard with one tensor of 64 values. */
function shard(number: number, count: number): Buffer {
  const keys = [
    Buffer.concat([str('general.architecture'), u32(8), str('llama')]),
    Buffer.concat([str('split.no'), u32(4), u32(number)]),
    Buffer.concat([str('split.count'), u32(4), u32(count)]),
  ]
  const info = Buffer.concat([str(`blk.${number}.attn_q.weight`), u32(1), u64(64), u32(0), u64(0)])
  const header = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(1), u64(keys.length), ...keys, info])
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), Buffer.alloc(256)])
}

describe('reading a model', () => {
  let folder: string
  const path = (name: string) => join(folder, name)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-model-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('knows the shapes of the models that ship', async () => {
    const { facts } = await readModel(chat)
    expect(facts.shape).toMatchObject({
      layers: 30,
      embeddingLength: 576,
      vocabularySize: 49_152,
      queriesPerKv: 3,
      kvValuesPerToken: 30 * 3 * 64 * 2,
      activeParameters: 134_515_008,
    })
    const embedding = await readModel(join(models, 'all-MiniLM-L6-v2-Q8_0.gguf'))
    expect(embedding.facts.shape).toMatchObject({ layers: 6, kvValuesPerToken: 0 })
  })

  it('says of the beginning of a file what is whole in it', async () => {
    const sizeBytes = (await readModel(chat)).sizeBytes
    // Within the words of the vocabulary: how many there are is known, the template behind them is not.
    await writeFile(path('begun.gguf'), await beginning(chat, 64 * 1024))
    const begun = await readModel(path('begun.gguf'), sizeBytes)
    expect(begun).toMatchObject({ complete: false, sizeBytes })
    expect(begun.facts).toMatchObject({
      architecture: 'llama',
      quantization: 'Q4_1',
      parameters: 0,
      chatTemplate: null,
    })
    expect(begun.facts.shape).toMatchObject({
      vocabularySize: 49_152,
      kvValuesPerToken: 11_520,
      activeParameters: null,
    })
    // With the whole header in it, it is as good as the file.
    await writeFile(path('header.gguf'), await beginning(chat, 4 * 1024 * 1024))
    const header = await readModel(path('header.gguf'), sizeBytes)
    expect(header).toMatchObject({ complete: true, facts: { parameters: 134_515_008 } })
  })

  it('finds a beginning too short to say anything, and one of a file that is too short', async () => {
    await writeFile(path('tiny.gguf'), await beginning(chat, 4))
    await expect(readModel(path('tiny.gguf'), 1e8)).resolves.toMatchObject({ complete: false, facts: { shape: null } })
    await writeFile(path('short.gguf'), await beginning(chat, 4 * 1024 * 1024))
    await expect(readModel(path('short.gguf'), 5 * 1024 * 1024)).rejects.toMatchObject({ code: 'model_file_truncated' })
    await writeFile(path('page.gguf'), '<!doctype html>')
    await expect(readModel(path('page.gguf'), 1e8)).rejects.toMatchObject({ code: 'model_file_invalid' })
  })

  it('counts the parameters of all shards that lie together', async () => {
    for (const number of [0, 1, 2]) await writeFile(path(`m-0000${number + 1}-of-00003.gguf`), shard(number, 3))
    const first = path('m-00001-of-00003.gguf')
    await expect(readModel(first)).resolves.toMatchObject({ complete: true, shards: 3, facts: { parameters: 192 } })
    await rm(path('m-00002-of-00003.gguf'))
    await expect(readModel(first)).resolves.toMatchObject({ complete: false, shards: 3, facts: { parameters: 64 } })
    expect((await readFile(first)).length).toBeGreaterThan(0)
  })
})
