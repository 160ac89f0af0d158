import { describe, expect, it } from 'vitest'
import type { Download } from '../../../shared/domain/downloads.ts'
import type { CatalogueModel, HubRepo, HubVariant } from '../../../shared/domain/hubs.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { CatalogueFit } from '../../lib/state/fit.ts'
import { biggerModels } from './bigger.ts'
import { bySize, repoCandidates, resultCandidate, SIZE_TABLE, sizeTableCandidates } from './candidates.ts'
import { contextSteps, nearestStep } from './context.ts'
import { rounded } from './speed.tsx'
import { downloadShare, variantState } from './variant-state.ts'

const variant = (id: string, more: Partial<HubVariant> = {}): HubVariant => ({
  id,
  quantization: id,
  files: [{ path: `${id}.gguf`, sizeBytes: 5e9, sha256: `hash of ${id}` }],
  sizeBytes: 5e9,
  incomplete: false,
  ...more,
})
const model: HubRepo['model'] = {
  hub: 'huggingface',
  repo: 'Qwen/Qwen3-8B-GGUF',
  title: 'Qwen3 8B',
  author: 'Qwen',
  downloads: null,
  likes: null,
  createdAt: null,
  updatedAt: null,
  parameters: 8e9,
  architecture: 'qwen3',
  contextLength: 40960,
  licence: null,
  languages: [],
  types: ['instruct'],
  gated: 'open',
  tags: [],
}
const repo = (variants: HubVariant[]): HubRepo => ({
  model,
  revision: 'abc',
  variants,
  projectors: [],
  adapters: [],
  others: [],
  facts: null,
  name: 'hf.co/Qwen/Qwen3-8B-GGUF',
  url: 'https://huggingface.co/Qwen/Qwen3-8B-GGUF',
})

describe('what the fit is asked', () => {
  it('leaves out what can’t be loaded or whose size nobody says', () => {
    const asked = repoCandidates(
      repo([variant('Q4_K_M'), variant('Q8_0', { incomplete: true }), variant('F16', { sizeBytes: null })]),
    )
    expect(asked.map(({ id }) => id)).toEqual(['Q4_K_M'])
    expect(asked[0]).toMatchObject({ parameters: 8e9, architecture: 'qwen3', contextLength: 40960, kind: 'chat' })
  })
  it('does not take one size for all where the tags of a repository are models of several', () => {
    const tags = repo([variant('0.6b'), variant('8b')])
    expect(repoCandidates(tags)[1]?.parameters).toBe(8e9)
    expect(repoCandidates({ ...tags, model: { ...model, hub: 'ollama' } })[1]?.parameters).toBeNull()
  })
  it('takes a search result as if it had 4 bits a weight, and none without its size', () => {
    const bytes = resultCandidate(model)?.sizeBytes ?? 0
    expect(bytes / 8e9).toBeGreaterThan(0.5)
    expect(bytes / 8e9).toBeLessThan(0.7)
    expect(resultCandidate({ ...model, parameters: null })).toBeNull()
  })
  it('asks for each cell of the table of sizes once', () => {
    const ids = sizeTableCandidates().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(SIZE_TABLE.flatMap(({ cells }) => cells.map(({ id }) => id)))
    expect(SIZE_TABLE.find(({ billions }) => billions === 7)?.cells[0]?.sizeBytes).toBe(14e9)
  })
  it('stands in the order of size, unknown ones last', () => {
    const rows = bySize([
      variant('a', { sizeBytes: null }),
      variant('b', { sizeBytes: 9 }),
      variant('c', { sizeBytes: 1 }),
    ])
    expect(rows.map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  })
})

describe('the context slider', () => {
  it('doubles from 1,024 to what the model was trained for', () => {
    expect(contextSteps(40960)).toEqual([1024, 2048, 4096, 8192, 16384, 32768, 40960])
    expect(contextSteps(512)).toEqual([512])
    expect(contextSteps(null).at(-1)).toBe(32768)
  })
  it('stands at the step that is nearest', () => {
    expect(nearestStep([1024, 2048, 4096], 2048)).toBe(1)
    expect(nearestStep([1024, 2048, 4096], 100_000)).toBe(2)
    expect(nearestStep([512], 8192)).toBe(0)
  })
})

describe('an expected speed', () => {
  it('has the larger half of its range as error, at its own precision', () => {
    expect(rounded({ tokensPerSecond: 41.2, low: 38, high: 43 })).toEqual({ value: 41, error: 3, digits: 0 })
    expect(rounded({ tokensPerSecond: 6.14, low: 5.5, high: 6.5 })).toEqual({ value: 6.1, error: 0.6, digits: 1 })
  })
  it('has none where the range is nothing', () => {
    expect(rounded({ tokensPerSecond: 120, low: 119.8, high: 120.1 }).error).toBeNull()
  })
})

describe('a quantization', () => {
  // Only what the function reads.
  const here = (more: object): Model =>
    ({ name: 'mine', problem: null, source: null, files: [], ...more }) as unknown as Model // see above
  const download = (state: Download['state']): Download =>
    ({ id: '1', ...model, variant: 'q4_k_m', state }) as unknown as Download // see above
  const source = { hub: 'huggingface', repo: 'qwen/qwen3-8b-gguf', revision: 'x', variant: 'Q4_K_M', url: '' }

  it('is on this computer when it came from this repository', () => {
    expect(variantState(model, variant('Q4_K_M'), [here({ source })], [])).toEqual({ state: 'here', model: 'mine' })
    expect(variantState(model, variant('Q8_0'), [here({ source })], [])).toEqual({ state: 'none' })
  })
  it('is not when its file is gone', () => {
    const gone = here({ source, problem: { code: 'model_file_missing', message: '' } })
    expect(variantState(model, variant('Q4_K_M'), [gone], []).state).toBe('none')
  })
  it('is told to be here when another hub gave the same bytes', () => {
    const twin = here({ files: [{ sha256: 'hash of Q4_K_M' }] })
    expect(variantState(model, variant('Q4_K_M'), [twin], [])).toEqual({ state: 'hereFromElsewhere', model: 'mine' })
    expect(variantState(model, variant('Q8_0'), [twin], []).state).toBe('none')
  })
  it('is never taken for another because both lack a hash', () => {
    const unknown = variant('Q4_K_M', { files: [{ path: 'a', sizeBytes: 1, sha256: null }] })
    expect(variantState(model, unknown, [here({ files: [{ sha256: null }] })], []).state).toBe('none')
  })
  it('is coming while its download is under way or failed', () => {
    expect(variantState(model, variant('Q4_K_M'), [], [download('downloading')]).state).toBe('coming')
    expect(variantState(model, variant('Q4_K_M'), [], [download('failed')]).state).toBe('coming')
    expect(variantState(model, variant('Q4_K_M'), [], [download('done')]).state).toBe('none')
  })
})

it('the share of a download is unknown until its size is', () => {
  expect(downloadShare({ doneBytes: 5, totalBytes: null })).toBeNull()
  expect(downloadShare({ doneBytes: 5, totalBytes: 0 })).toBeNull()
  expect(downloadShare({ doneBytes: 5, totalBytes: 10 })).toBe(0.5)
})

describe('bigger models on the first screen', () => {
  const curated = (name: string, parameters: number, strength: string, languages = ['en']): CatalogueModel =>
    ({ name, parameters, strength, languages, kind: 'chat' }) as unknown as CatalogueModel // only what is read
  const fit = (verdict: string, tokensPerSecond = 20): CatalogueFit =>
    ({
      variantId: 'Q4_K_M',
      recommended: true,
      estimate: { verdict, supported: true, speed: { tokensPerSecond } },
    }) as unknown as CatalogueFit // only what is read
  const library = [{ facts: { kind: 'chat', parameters: 135e6 }, problem: null }] as unknown as Model[] // only what is read
  const names = (models: CatalogueModel[], fits: Map<string, CatalogueFit>, language: string | null = null) =>
    biggerModels(models, fits, library, language).map((each) => each.model.name)

  it('are the largest that run well, at first one of each strength', () => {
    const models = [
      curated('a', 8e9, 'allRound'),
      curated('b', 7e9, 'allRound'),
      curated('c', 3e9, 'english'),
      curated('d', 1e9, 'small'),
      curated('huge', 70e9, 'allRound'),
    ]
    const fits = new Map(models.map(({ name }) => [name, fit(name === 'huge' ? 'no' : 'cpu')]))
    expect(names(models, fits)).toEqual(['a', 'c', 'd'])
  })
  it('are not those that crawl, are smaller than what is here, or speak another language', () => {
    const models = [
      curated('slow', 8e9, 'allRound'),
      curated('small', 1e8, 'small'),
      curated('zh', 3e9, 'chinese', ['zh']),
    ]
    const fits = new Map([
      ['slow', fit('cpu', 2)],
      ['small', fit('cpu')],
      ['zh', fit('cpu')],
    ])
    expect(names(models, fits)).toEqual(['zh'])
    expect(names([curated('en', 3e9, 'english')], new Map([['en', fit('cpu')]]), 'zh')).toEqual([])
  })
})
