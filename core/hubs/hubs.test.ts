import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HubQuery } from '../../shared/domain/hubs.ts'
import type { GgufFacts } from '../../shared/domain/models.ts'
import { makeRepos } from './doubles/huggingface-repos.testing.ts'
import { startHuggingFaceDouble } from './doubles/huggingface.testing.ts'
import { startModelScopeDouble } from './doubles/modelscope.testing.ts'
import { startOllamaDouble } from './doubles/ollama.testing.ts'
import { endpointOf } from './endpoints.ts'
import { closing, someBytes, testHubs } from './hubs.testing.ts'

const WEIGHTS = someBytes(3000)
const FACTS: GgufFacts = {
  title: 'X',
  architecture: 'qwen3',
  parameters: 600_000_000,
  quantization: 'Q4_K_M',
  contextLength: 40_960,
  chatTemplate: null,
  kind: 'chat',
  licence: 'apache-2.0',
  languages: [],
  shape: null,
}

const query = (fields: Partial<HubQuery> = {}) => HubQuery.parse({ hub: 'huggingface', text: '', ...fields })

async function allHubs() {
  const files = (name: string) =>
    ['Q4_K_M', 'Q8_0', 'Q4_0'].map((label) => ({ path: `${name}-${label}.gguf`, bytes: WEIGHTS }))
  const huggingFace = closing(
    await startHuggingFaceDouble({
      repos: [
        { id: 'unsloth/Phi-4-mini-instruct-GGUF', files: files('Phi-4-mini-instruct') },
        { id: 'unsloth/Llama-3.2-3B-Instruct-GGUF', files: files('Llama') },
        { id: 'unsloth/Qwen3-0.6B-GGUF', files: files('Qwen3'), tags: ['gguf'] },
        { id: 'someone/else', files: files('else') },
      ],
    }),
  )
  const ollama = closing(
    await startOllamaDouble({
      models: [{ name: 'library/qwen2.5', tag: '3b', layers: [{ kind: 'model', bytes: WEIGHTS }] }],
    }),
  )
  const modelScope = closing(
    await startModelScopeDouble({ repos: [{ id: 'unsloth/Qwen3-0.6B-GGUF', files: files('Qwen3') }] }),
  )
  const env = {
    HF_ENDPOINT: huggingFace.origin,
    HEARTH_OLLAMA_REGISTRY: ollama.origin,
    MODELSCOPE_DOMAIN: modelScope.origin,
  }
  return { huggingFace, ollama, modelScope, env }
}

describe('a pull by name', () => {
  it.each([
    ['qwen2.5:3b', 'ollama', '3b'],
    ['phi4:mini', 'huggingface', 'Q4_K_M'],
    ['phi4:mini-q8_0', 'huggingface', 'Q8_0'],
    ['llama3.2:7b-q4_0', 'huggingface', 'Q4_0'],
    ['microsoft/phi-4-mini', 'huggingface', 'Q4_K_M'],
    ['hf.co/unsloth/Qwen3-0.6B-GGUF', 'huggingface', 'Q4_K_M'],
    ['unsloth/Qwen3-0.6B-GGUF:Q8_0', 'huggingface', 'Q8_0'],
    ['someone/else', 'huggingface', 'Q4_K_M'],
    ['modelscope.cn/unsloth/Qwen3-0.6B-GGUF:q8_0', 'modelscope', 'Q8_0'],
  ])('finds %s', async (name, hub, variant) => {
    const { env } = await allHubs()
    const plan = await testHubs(env).hubs.planByName(name)
    expect([plan.name, plan.source.hub, plan.source.variant]).toEqual([name, hub, variant])
  })

  it('takes another source while a hub can’t be reached', async () => {
    const { env, modelScope } = await allHubs()
    const { hubs } = testHubs({ MODELSCOPE_DOMAIN: modelScope.origin.replace('http://', 'http://') })
    expect((await hubs.planByName('qwen3:0.6b')).source.hub).toBe('modelscope')
    await expect(testHubs(env).hubs.planByName('no-such-model')).rejects.toMatchObject({ code: 'hub_not_found' })
    await expect(hubs.planByName('../x')).rejects.toMatchObject({ code: 'name_invalid' })
  })
})

describe('the hubs', () => {
  it('give what comes from the curated list the name that people know', async () => {
    const { hubs } = testHubs((await allHubs()).env)
    const request = { hub: 'huggingface' as const, repo: 'unsloth/Qwen3-0.6B-GGUF' }
    expect((await hubs.planFor({ ...request, variant: 'Q4_K_M' })).name).toBe('qwen3:0.6b')
    expect((await hubs.planFor({ ...request, variant: 'Q8_0' })).name).toBe('qwen3:0.6b-q8_0')
  })

  it('tell what is newest, and what is gone', async () => {
    const { env, huggingFace } = await allHubs()
    const { hubs } = testHubs(env)
    const { source } = await hubs.planFor({ hub: 'huggingface', repo: 'someone/else', variant: 'Q8_0' })
    const sha = huggingFace.commit('someone/else', [{ path: 'else-Q8_0.gguf', bytes: someBytes(10) }])
    expect(await hubs.newest(source)).toMatchObject({ revision: sha, sizeBytes: 10 })
    expect(await hubs.newest({ ...source, repo: 'someone/gone' })).toBeNull()
  })

  it('read a header before any download, once for each revision', async () => {
    const { env, huggingFace } = await allHubs()
    const read: number[] = []
    const { hubs } = testHubs(env, {
      readHeader: async (path, { fileBytes }) => {
        read.push((await readFile(path)).byteLength, fileBytes)
        return FACTS
      },
    })
    const request = { hub: 'huggingface' as const, repo: 'unsloth/Qwen3-0.6B-GGUF' }
    const repo = await hubs.repo(request)
    expect(repo).toMatchObject({ facts: FACTS, model: { architecture: 'qwen3', licence: 'apache-2.0' } })
    await hubs.repo(request)
    expect(read).toEqual([3000, 3000])
    huggingFace.commit(request.repo, [{ path: 'x-Q4_0.gguf', bytes: someBytes(20) }])
    await hubs.repo(request)
    expect(read).toEqual([3000, 3000, 20, 20])
  })

  it('read more of a header that is longer, and leave nothing behind', async () => {
    const bytes = someBytes(400_000)
    const double = closing(
      await startHuggingFaceDouble({ repos: [{ id: 'o/m', files: [{ path: 'm-Q4_0.gguf', bytes }] }] }),
    )
    const lengths: number[] = []
    const { hubs, home } = testHubs(
      { HF_ENDPOINT: double.origin },
      {
        readHeader: (_path, { fileBytes, sizeBytes }) => {
          lengths.push(fileBytes)
          return fileBytes < sizeBytes ? Promise.reject(new Error('cut off')) : Promise.resolve(FACTS)
        },
      },
    )
    expect((await hubs.repo({ hub: 'huggingface', repo: 'o/m' })).facts).toEqual(FACTS)
    expect(lengths).toEqual([262_144, 400_000])
    expect(await readdir(join(home, 'temporary'))).toEqual([])
  })

  it('show a repository whose header can’t be had', async () => {
    const { env, huggingFace } = await allHubs()
    huggingFace.knobs.failure.cdn = { status: 500, times: 99 }
    const { hubs } = testHubs(env, { readHeader: () => Promise.resolve(FACTS) })
    expect((await hubs.repo({ hub: 'huggingface', repo: 'someone/else' })).facts).toBeNull()
  })

  it('filter what a hub can’t, over as many of its pages as that takes', async () => {
    const double = closing(await startHuggingFaceDouble({ repos: makeRepos(400) }))
    const { hubs } = testHubs({ HF_ENDPOINT: double.origin }, { memoryBudget: () => 1e9 })
    const page = await hubs.search(query({ runsWellHere: true, size: 'tiny' }))
    expect(page.models.every(({ parameters }) => (parameters ?? 0) < 1.5e9)).toBe(true)
    expect(page.models.length).toBeGreaterThan(0)
    expect((await hubs.search(query({ licence: 'mit' }))).models).toEqual([])
  })

  it('end where a hub’s links never do', async () => {
    const double = closing(await startHuggingFaceDouble({ repos: makeRepos(30), knobs: { endlessLink: true } }))
    const { hubs } = testHubs({ HF_ENDPOINT: double.origin })
    await hubs.search(query({ type: 'coder' }))
    expect(double.requests.length).toBeLessThanOrEqual(5)
  })

  it('say which of them answer', async () => {
    const { env, ollama } = await allHubs()
    await ollama.close()
    const reach = await testHubs(env).hubs.reach()
    expect(reach.map(({ hub, latencyMs }) => [hub, latencyMs !== null])).toEqual([
      ['huggingface', true],
      ['modelscope', true],
      ['ollama', false],
    ])
  })

  it('show a card without what stands in front of it', async () => {
    const card = Buffer.from('---\nlicense: mit\ntags: [a]\n---\n\n# Title\n---\nrest')
    const double = closing(
      await startHuggingFaceDouble({ repos: [{ id: 'o/m', files: [{ path: 'README.md', bytes: card }] }] }),
    )
    const { hubs } = testHubs({ HF_ENDPOINT: double.origin })
    expect((await hubs.card({ hub: 'huggingface', repo: 'o/m' })).markdown).toBe('# Title\n---\nrest')
  })
})

describe('an account', () => {
  const setUp = async (env: Record<string, string> = {}) => {
    const double = closing(
      await startHuggingFaceDouble({
        repos: [],
        knobs: { accounts: { hf_0123456789abcd: { user: 'ada', granted: [] } } },
      }),
    )
    return { double, ...testHubs({ HF_ENDPOINT: double.origin, ...env }) }
  }

  it('is known by its token, of which only the end is told', async () => {
    const { hubs } = await setUp()
    const saved = { token: 'saved', tokenEnd: 'abcd', user: 'ada', valid: true, encrypted: false }
    expect(await hubs.setToken('huggingface', ' hf_0123456789abcd\n')).toMatchObject(saved)
    expect(await hubs.accounts()).toMatchObject([saved, { hub: 'modelscope', token: 'none' }])
    expect(await hubs.setToken('huggingface', null)).toMatchObject({ token: 'none', user: null })
  })

  it('does not keep a token that the hub refuses, but tells when a kept one was revoked', async () => {
    const { hubs, double } = await setUp()
    await expect(hubs.setToken('huggingface', 'hf_garbage')).rejects.toMatchObject({ code: 'hub_token_refused' })
    expect((await hubs.accounts())[0]).toMatchObject({ token: 'none' })
    await hubs.setToken('huggingface', 'hf_0123456789abcd')
    double.knobs.accounts = {}
    await expect(hubs.repo({ hub: 'huggingface', repo: 'o/m' })).rejects.toMatchObject({ code: 'hub_token_refused' })
    expect((await hubs.accounts())[0]).toMatchObject({ token: 'saved', valid: false })
  })

  it('comes from the environment first', async () => {
    const { hubs } = await setUp({ HF_TOKEN: 'hf_0123456789abcd' })
    expect((await hubs.accounts())[0]).toMatchObject({ token: 'environment', user: 'ada' })
  })
})

describe('an endpoint', () => {
  const none = { huggingface: null, ollama: null, modelscope: null }

  it('comes from the environment, the settings, or is the hub itself', () => {
    const mine = { ...none, huggingface: 'https://mirror.test/hf/' }
    expect(endpointOf('huggingface', mine, { HF_ENDPOINT: 'https://hf-mirror.com/' })).toBe('https://hf-mirror.com')
    expect(endpointOf('huggingface', mine, {})).toBe('https://mirror.test/hf')
    expect(endpointOf('huggingface', none, { HF_ENDPOINT: 'not an address' })).toBe('https://huggingface.co')
    expect(endpointOf('modelscope', none, { MODELSCOPE_DOMAIN: 'www.modelscope.ai' })).toBe('https://www.modelscope.ai')
  })
})
