import { expect, it } from 'vitest'
import type { CatalogueModel } from '../../../shared/domain/hubs.ts'
import { fastestSource, modelAt, smallChineseModel, sourceOf } from './catalogue-source.ts'

const model = (name: string, parameters: number, more: Partial<CatalogueModel> = {}): CatalogueModel => ({
  name,
  aliases: [],
  title: name,
  parameters,
  architecture: 'qwen3',
  contextLength: 8192,
  licence: 'apache-2.0',
  languages: ['zh', 'en'],
  scenarios: ['chineseChat'],
  kind: 'chat',
  strength: 'small',
  shape: null,
  sources: [
    { hub: 'huggingface', repo: `hf/${name}` },
    { hub: 'modelscope', repo: `ms/${name}` },
  ],
  variants: [{ id: 'Q4_K_M', sizeBytes: 4e8 }],
  ...more,
})
const small = model('qwen3:0.6b', 0.6e9)

it('a curated model is looked at where the person is, else where the list says first', () => {
  expect(sourceOf(small, 'modelscope')?.repo).toBe('ms/qwen3:0.6b')
  expect(sourceOf(small, 'ollama')?.repo).toBe('hf/qwen3:0.6b')
})

it('a repository is known again however it is spelt', () => {
  expect(modelAt([small], 'huggingface', 'HF/qwen3:0.6B')).toBe(small)
  expect(modelAt([small], 'ollama', 'hf/qwen3:0.6b')).toBeNull()
})

it('a repository that holds several curated models is none of them', () => {
  const sources = [{ hub: 'ollama' as const, repo: 'library/qwen3' }]
  const both = [model('qwen3:0.6b', 0.6e9, { sources }), model('qwen3:8b', 8e9, { sources })]
  expect(modelAt(both, 'ollama', 'library/qwen3')).toBeNull()
})

it('the hub that answers fastest is taken, and one that does not answer never', () => {
  const reach = (huggingface: number | null, modelscope: number | null) => [
    { hub: 'huggingface' as const, endpoint: '', latencyMs: huggingface },
    { hub: 'modelscope' as const, endpoint: '', latencyMs: modelscope },
  ]
  expect(fastestSource(small, reach(300, 40))?.hub).toBe('modelscope')
  expect(fastestSource(small, reach(40, 300))?.hub).toBe('huggingface')
  expect(fastestSource(small, reach(null, 9000))?.hub).toBe('modelscope')
  expect(fastestSource(small, reach(null, null))?.hub).toBe('huggingface')
})

it('the small model for Chinese is Qwen3 0.6B, else the smallest that speaks it', () => {
  const tinyEnglish = model('en', 0.1e9, { languages: ['en'], scenarios: ['quick'] })
  const big = model('big', 8e9)
  expect(smallChineseModel([tinyEnglish, model('tiny', 0.2e9), small])).toBe(small)
  expect(smallChineseModel([tinyEnglish, big, model('mid', 4e9)])?.name).toBe('mid')
  expect(smallChineseModel([tinyEnglish])).toBeNull()
})
