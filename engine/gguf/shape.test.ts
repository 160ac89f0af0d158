import { describe, expect, it } from 'vitest'
import type { GgufTensor, GgufValue } from './header.ts'
import { shapeOf } from './shape.ts'

const tensor = (name: string, elements: number): GgufTensor => ({ name, type: 0, elements })

/** The shape of a network whose header says this. */
function shape(architecture: string, keys: Record<string, GgufValue>, tensors: GgufTensor[] = []) {
  const metadata = new Map<string, GgufValue>([['tokenizer.ggml.tokens', { length: 32_000 }]])
  for (const [key, value] of Object.entries(keys)) metadata.set(`${architecture}.${key}`, value)
  return shapeOf({ metadata, tensors }, architecture)
}

const llama8B = {
  block_count: 32,
  embedding_length: 4096,
  'attention.head_count': 32,
  'attention.head_count_kv': 8,
}

describe('the shape of a network', () => {
  it('counts what a token of Llama 3 8B adds to the cache: 128 KiB at 16 bits', () => {
    const found = shape('llama', llama8B)
    expect(found).toMatchObject({ layers: 32, vocabularySize: 32_000, queriesPerKv: 4, slidingKvValuesPerToken: 0 })
    expect((found?.kvValuesPerToken ?? 0) * 2).toBe(128 * 1024)
  })

  it('takes the length of heads that the file names, and as many KV heads as heads where none are named', () => {
    const qwen = { ...llama8B, 'attention.key_length': 128, 'attention.value_length': 128, embedding_length: 1024 }
    expect(shape('qwen3', qwen)?.kvValuesPerToken).toBe(32 * 8 * 256)
    const { 'attention.head_count_kv': _, ...without } = llama8B
    expect(shape('llama', without)?.kvValuesPerToken).toBe(32 * 32 * 256)
  })

  it('knows which layers of Gemma and gpt-oss slide, though their files do not list them', () => {
    const gemma = shape('gemma3', { ...llama8B, block_count: 26, 'attention.sliding_window': 512 })
    // Of 26 layers, the 6th, 12th, 18th and 24th see everything.
    expect(gemma).toMatchObject({ slidingWindow: 512, kvValuesPerToken: 4 * 2048, slidingKvValuesPerToken: 22 * 2048 })
    const oss = shape('gpt-oss', { ...llama8B, block_count: 24, 'attention.sliding_window': 128 })
    expect(oss).toMatchObject({ kvValuesPerToken: 12 * 2048, slidingKvValuesPerToken: 12 * 2048 })
  })

  it('reads listed layers, and ignores a window that llama.cpp ignores', () => {
    const listed = { ...llama8B, block_count: 4, 'attention.sliding_window': 1024 }
    const pattern = { 'attention.sliding_window_pattern': [true, true, true, false] }
    expect(shape('gemma4', { ...listed, ...pattern })).toMatchObject({
      kvValuesPerToken: 2048,
      slidingKvValuesPerToken: 3 * 2048,
    })
    expect(shape('phi3', listed)).toMatchObject({ kvValuesPerToken: 4 * 2048, slidingWindow: 0 })
  })

  it('keeps only the latent keys of multi-head latent attention', () => {
    const deepseek = {
      block_count: 61,
      embedding_length: 7168,
      'attention.head_count': 128,
      'attention.head_count_kv': 1,
      'attention.key_length': 576,
      'attention.value_length': 512,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128,
    }
    expect(shape('deepseek2', deepseek)).toMatchObject({ kvValuesPerToken: 61 * 576, queriesPerKv: 128 })
  })

  it('knows the state of recurrent layers, alone and among others', () => {
    const ssm = { 'ssm.conv_kernel': 4, 'ssm.inner_size': 5120, 'ssm.state_size': 16 }
    expect(shape('mamba', { block_count: 64, embedding_length: 2560, ...ssm })).toMatchObject({
      kvValuesPerToken: 0,
      recurrentBytes: 64 * 4 * (3 * (5120 + 0) + 16 * 5120),
    })
    const jamba = { ...llama8B, block_count: 4, 'attention.head_count_kv': [0, 8, 0, 0], ...ssm }
    expect(shape('jamba', jamba)).toMatchObject({
      kvValuesPerToken: 2048,
      recurrentBytes: 3 * 4 * (3 * 5120 + 16 * 5120),
    })
    const lfm = { ...llama8B, block_count: 2, 'attention.head_count_kv': [0, 8], 'shortconv.l_cache': 3 }
    expect(shape('lfm2', lfm)).toMatchObject({ kvValuesPerToken: 2048, recurrentBytes: 4 * 2 * 4096 })
    const next = { ...llama8B, block_count: 8, ...ssm }
    expect(shape('qwen3next', next)).toMatchObject({ kvValuesPerToken: 2 * 2048 })
  })

  it('counts of the experts only those that are used, and no table of which one row is read', () => {
    const moe = { ...llama8B, block_count: 1, expert_count: 8, expert_used_count: 2 }
    const tensors = [
      tensor('token_embd.weight', 1000),
      tensor('blk.0.attn_q.weight', 100),
      tensor('blk.0.ffn_up_exps.weight', 800),
      tensor('output.weight', 1000),
    ]
    expect(shape('qwen3moe', moe, tensors)).toMatchObject({ experts: 8, expertsUsed: 2, activeParameters: 1300 })
    // Tied: the table is the output layer too.
    expect(shape('qwen3moe', moe, tensors.slice(0, 3))?.activeParameters).toBe(1300)
    expect(shape('qwen3moe', moe)?.activeParameters).toBeNull()
  })

  it('does not count layers that only predict further ahead', () => {
    expect(shape('glm4moe', { ...llama8B, nextn_predict_layers: 1 })?.layers).toBe(31)
  })

  it('rather says nothing than something wrong', () => {
    expect(shape('llama', {})).toBeNull()
    expect(shape('llama', { block_count: 32, embedding_length: 4096 })).toBeNull()
    expect(shape('deepseek4', llama8B)).toBeNull()
    expect(shape('llama', { ...llama8B, block_count: 1e9 })).toBeNull()
    expect(shape('llama', { ...llama8B, 'attention.head_count_kv': [8, 8] })?.kvValuesPerToken).not.toBe(0)
  })
})
