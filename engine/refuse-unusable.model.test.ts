import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readGgufFileInfo } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatModel, startEngine } from './test-engine.ts'

describe('a model that llama.cpp loads without a word but that can’t answer', { timeout: 240_000 }, () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-unusable-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function altered(name: string, at: number, bytes: Buffer): Promise<string> {
    const path = join(folder, name)
    copyFileSync(chatModel, path)
    const file = await open(path, 'r+')
    await file.write(bytes, 0, bytes.length, at)
    await file.close()
    return path
  }

  async function load(path: string) {
    const engine = startEngine({ path, contextLength: 256, slots: 1, decodeThreads: 1, batchThreads: 1 })
    const loaded = await engine.loaded
    engine.process.kill('SIGKILL')
    return loaded
  }

  it('is refused when its weights are no numbers', async () => {
    const { tensorInfo } = await readGgufFileInfo(chatModel)
    const norm = tensorInfo?.find((tensor) => tensor.name === 'output_norm.weight')
    expect(norm).toBeDefined()
    const nan = Buffer.from(new Float32Array(Number(norm?.dimensions[0] ?? 0)).fill(Number.NaN).buffer)
    const path = await altered('nan.gguf', Number(norm?.fileOffset ?? 0), nan)
    expect(await load(path)).toMatchObject({ type: 'error', fatal: true, error: { code: 'model_file_invalid' } })
  })

  it('is refused when its first token is not in the vocabulary', async () => {
    const file = await open(chatModel)
    const head = Buffer.alloc(4 * 1024 ** 2)
    await file.read(head, 0, head.length, 0)
    await file.close()
    const key = 'tokenizer.ggml.bos_token_id'
    const at = head.indexOf(key)
    expect(at).toBeGreaterThan(0)
    const id = Buffer.alloc(4)
    id.writeUInt32LE(70_000)
    // After the key comes the type, 4 bytes.
    const path = await altered('bos.gguf', at + key.length + 4, id)
    expect(await load(path)).toMatchObject({ type: 'error', fatal: true, error: { code: 'model_file_invalid' } })
  })
})
