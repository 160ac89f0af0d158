import { describe, expect, it } from 'vitest'
import type { CatalogueModel } from '../../../shared/domain/hubs.ts'
import {
  activeFilters,
  filterCatalogue,
  FRESH,
  hasChinese,
  hubQuery,
  pullName,
  sizeClassOf,
  viewOf,
  withoutFilter,
} from './query.ts'

const model = (name: string, more: Partial<CatalogueModel> = {}): CatalogueModel => ({
  name,
  aliases: [],
  title: name,
  parameters: 8e9,
  architecture: 'qwen3',
  contextLength: 8192,
  licence: 'apache-2.0',
  languages: ['en'],
  scenarios: ['englishChat'],
  kind: 'chat',
  strength: 'allRound',
  shape: null,
  sources: [{ hub: 'huggingface', repo: 'a/b' }],
  variants: [{ id: 'Q4_K_M', sizeBytes: 5e9 }],
  ...more,
})

describe('which list answers', () => {
  it('is the curated one until something is typed or browsed', () => {
    expect(viewOf(FRESH)).toBe('curated')
    expect(viewOf({ ...FRESH, text: '  ' })).toBe('curated')
    expect(viewOf({ ...FRESH, text: 'qwen' })).toBe('search')
    expect(viewOf({ ...FRESH, browse: true })).toBe('search')
  })
  it('is no search at a registry that has none', () => {
    expect(viewOf({ ...FRESH, hub: 'ollama', text: 'qwen' })).toBe('names')
    expect(viewOf({ ...FRESH, hub: 'ollama' })).toBe('curated')
  })
})

it('a hub is asked for the trimmed text, from the first page, without what only this page knows', () => {
  expect(hubQuery({ ...FRESH, text: ' qwen ', scenario: 'coding', browse: true })).toEqual({
    hub: 'huggingface',
    text: 'qwen',
    size: null,
    type: null,
    licence: null,
    runsWellHere: false,
    sort: 'trending',
    cursor: null,
  })
})

it('filters are counted and taken off one by one', () => {
  const query = { ...FRESH, size: 'tiny' as const, runsWellHere: true }
  expect(activeFilters(query)).toEqual(['runsWellHere', 'size'])
  expect(activeFilters(withoutFilter(query, 'size'))).toEqual(['runsWellHere'])
  expect(activeFilters(withoutFilter(query, 'runsWellHere'))).toEqual(['size'])
})

it.each([
  [0.6e9, 'tiny'],
  [1.5e9, 'small'],
  [8e9, 'small'],
  [14e9, 'medium'],
  [31e9, 'large'],
] as const)('%d parameters are %s', (parameters, size) => {
  expect(sizeClassOf(parameters)).toBe(size)
})

describe('the curated list', () => {
  const small = model('qwen3:0.6b', { title: 'Qwen3 0.6B', parameters: 0.6e9, scenarios: ['chineseChat', 'quick'] })
  const coder = model('coder:14b', { title: 'Qwen2.5 Coder 14B', parameters: 14.8e9, scenarios: ['coding'] })
  const vectors = model('nomic', { kind: 'embedding', scenarios: ['embedding'], licence: 'mit' })
  const all = [small, coder, vectors]

  it('is narrowed by what a model is for', () => {
    expect(filterCatalogue(all, { ...FRESH, scenario: 'coding' }, null)).toEqual([coder])
  })
  it('is narrowed by size, type and licence', () => {
    expect(filterCatalogue(all, { ...FRESH, size: 'tiny' }, null)).toEqual([small])
    expect(filterCatalogue(all, { ...FRESH, type: 'embedding' }, null)).toEqual([vectors])
    expect(filterCatalogue(all, { ...FRESH, licence: 'mit' }, null)).toEqual([vectors])
  })
  it('finds every word, whatever stands between them', () => {
    expect(filterCatalogue(all, { ...FRESH, text: 'CODER qwen2.5' }, null)).toEqual([coder])
    expect(filterCatalogue(all, { ...FRESH, text: 'qwen3-0.6b' }, null)).toEqual([small])
  })
  it('leaves out what does not run well only once that is known', () => {
    const query = { ...FRESH, runsWellHere: true }
    expect(filterCatalogue(all, query, null)).toEqual(all)
    expect(filterCatalogue(all, query, (name) => name === 'nomic')).toEqual([vectors])
  })
})

describe('a name that could be pulled', () => {
  it.each([
    'qwen2.5:3b',
    'library/qwen2.5:3b',
    'hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M',
    'hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF',
    'https://huggingface.co/Qwen/Qwen3-8B-GGUF',
    'modelscope.cn/Qwen/Qwen3-8B-GGUF',
    'Qwen/Qwen3-8B-GGUF',
  ])('%s is one', (name) => {
    expect(pullName(` ${name} `, 'huggingface')).toBe(name)
  })
  it.each(['qwen', 'qwen 3', 'what is this: a test', '../../etc/passwd', 'hf.co/../x', 'a:b:c', ':', '/', '千问'])(
    '%s is none',
    (name) => {
      expect(pullName(name, 'huggingface')).toBeNull()
    },
  )
  it('is a bare word at the registry that knows words', () => {
    expect(pullName('llama3.2', 'ollama')).toBe('llama3.2')
  })
})

it('Chinese is told from other scripts', () => {
  expect(hasChinese('中文模型')).toBe(true)
  expect(hasChinese('qwen こんにちは')).toBe(false)
})
