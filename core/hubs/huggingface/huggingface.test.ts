import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HubQuery } from '../../../shared/domain/hubs.ts'
import { makeRepos, type DoubleRepo } from '../doubles/huggingface-repos.testing.ts'
import { startHuggingFaceDouble, type HuggingFaceKnobs } from '../doubles/huggingface.testing.ts'
import type { Hub, PlannedFile } from '../hub.ts'
import { closing, someBytes, testHttp } from '../hubs.testing.ts'
import { createHuggingFace } from './huggingface.ts'

const WEIGHTS = someBytes(2000)
const SHA256 = createHash('sha256').update(WEIGHTS).digest('hex')
const CARD = '---\nlicense: mit\n---\n# Card\n'
const REPO: DoubleRepo = {
  id: 'owner/Small-3B-GGUF',
  files: [
    { path: 'small-3b-Q4_K_M.gguf', bytes: WEIGHTS },
    { path: 'small-3b-Q8_0-00001-of-00002.gguf', bytes: someBytes(3000, 2) },
    { path: 'small-3b-Q8_0-00002-of-00002.gguf', bytes: someBytes(1000, 3) },
    { path: 'mmproj-F16.gguf', bytes: someBytes(50, 4) },
    { path: 'README.md', bytes: Buffer.from(CARD) },
  ],
  downloads: 12,
  likes: 3,
  pipelineTag: 'text-generation',
  tags: ['gguf', 'text-generation', 'conversational', 'license:mit', 'en'],
  gguf: { total: 3_000_000_000, architecture: 'llama', context_length: 8192 },
}
const FILE: PlannedFile = { path: 'small-3b-Q4_K_M.gguf', sizeBytes: 2000, sha256: SHA256, role: 'weights' }

async function setUp(knobs: Partial<HuggingFaceKnobs> = {}, token: string | null = null, repos: DoubleRepo[] = [REPO]) {
  const double = closing(await startHuggingFaceDouble({ repos, knobs }))
  const hub = createHuggingFace({
    http: testHttp(),
    endpoint: () => double.origin,
    token: () => Promise.resolve(token),
  })
  return { double, hub, host: new URL(double.origin).host }
}

const query = (fields: Partial<HubQuery> = {}) => HubQuery.parse({ hub: 'huggingface', text: '', ...fields })
const sourceOf = (revision: string) => ({
  source: { hub: 'huggingface' as const, repo: REPO.id, revision, variant: 'Q4_K_M', url: '' },
})

async function pagesOf(hub: Hub, asked: HubQuery, most = 500) {
  const pages: string[][] = []
  let cursor: string | null = null
  do {
    const page = await hub.search({ ...asked, cursor }, {})
    pages.push(page.models.map(({ repo }) => repo))
    cursor = page.cursor
  } while (cursor !== null && pages.length < most)
  return pages
}

describe('a search at Hugging Face', () => {
  it('tells what the hub knows of a model', async () => {
    const { hub } = await setUp()
    const { models } = await hub.search(query({ text: 'small' }), {})
    expect(models).toMatchObject([
      {
        repo: REPO.id,
        title: 'Small-3B',
        author: 'owner',
        downloads: 12,
        likes: 3,
        parameters: 3e9,
        architecture: 'llama',
        contextLength: 8192,
        licence: 'mit',
        languages: ['en'],
        types: ['instruct'],
        gated: 'open',
      },
    ])
  })

  it('pages through 5,000 results of a mirror whose links name the hub itself', async () => {
    const { hub, double } = await setUp({}, null, makeRepos(5000))
    const pages = await pagesOf(hub, query())
    expect(new Set(pages.flat()).size).toBe(5000)
    expect(double.requests.every(({ server }) => server === 'hub')).toBe(true)
  }, 60_000)

  it('understands the address of a page', async () => {
    const { hub } = await setUp()
    const { models } = await hub.search(query({ text: `https://huggingface.co/${REPO.id}` }), {})
    expect(models).toHaveLength(1)
  })

  it('finds nothing, and says so without an error', async () => {
    const { hub } = await setUp()
    expect(await hub.search(query({ text: 'no such thing' }), {})).toEqual({ models: [], cursor: null, total: null })
  })

  it.each([
    ['a login page', { captivePortal: { api: 'page' } }, 'captive_portal'],
    ['a redirect to one', { captivePortal: { api: 'redirect' } }, 'captive_portal'],
    ['half an answer', { halfAnswer: { api: true } }, 'hub_answer_invalid'],
    ['an error as a page', { failure: { api: { status: 502, html: true, times: 1 } } }, 'hub_failed'],
    ['too many requests', { rateLimit: { api: { seconds: 5, times: 1, header: 'Retry-After' } } }, 'hub_rate_limited'],
  ] as [string, Partial<HuggingFaceKnobs>, string][])('tells %s', async (_what, knobs, code) => {
    const { hub } = await setUp(knobs)
    await expect(hub.search(query(), {})).rejects.toMatchObject({ code })
  })

  it('leaves a 3-year-old token of no worth out of the way', async () => {
    const { hub, host } = await setUp({}, 'hf_revoked')
    await expect(hub.repo(REPO.id, undefined, {})).rejects.toMatchObject({ code: 'hub_token_refused', data: { host } })
  })
})

describe('a repository at Hugging Face', () => {
  it('is fixed to its commit, its files grouped', async () => {
    const { hub, double } = await setUp()
    const repo = await hub.repo(REPO.id, undefined, {})
    expect(repo).toMatchObject({
      revision: double.head(REPO.id),
      name: `hf.co/${REPO.id}`,
      projectors: [{ path: 'mmproj-F16.gguf' }],
    })
    expect(repo.variants.map(({ id, sizeBytes }) => [id, sizeBytes])).toEqual([
      ['Q8_0', 4000],
      ['Q4_K_M', 2000],
    ])
    expect(repo.variants[1]?.files[0]?.sha256).toBe(SHA256)
  })

  it('has a card, or none', async () => {
    const { hub } = await setUp({}, null, [REPO, { id: 'o/none', files: [] }])
    expect(await hub.card(REPO.id, undefined, {})).toBe(CARD)
    expect(await hub.card('o/none', undefined, {})).toBeNull()
  })

  it('that is not there, or private, is not found', async () => {
    const { hub } = await setUp({}, null, [{ ...REPO, private: true }])
    await expect(hub.repo('o/nothing', undefined, {})).rejects.toMatchObject({ code: 'hub_not_found' })
    await expect(hub.repo(REPO.id, undefined, {})).rejects.toMatchObject({ code: 'hub_not_found' })
  })

  it.each(['../x', 'o', 'o/../x', 'o/x?y', 'o/CON', 'o/x/y'])('is never asked for as %s', async (repo) => {
    const { hub, double } = await setUp()
    await expect(hub.repo(repo, undefined, {})).rejects.toMatchObject({ code: 'name_invalid' })
    expect(double.requests).toEqual([])
  })

  it('can’t be planned when a shard is missing, or when it has no such quantization', async () => {
    const files = REPO.files.filter(({ path }) => !path.includes('-00002-of'))
    const { hub } = await setUp({}, null, [{ ...REPO, files }])
    await expect(hub.plan({ repo: REPO.id, variant: 'Q8_0' }, {})).rejects.toMatchObject({ code: 'hub_not_found' })
    await expect(hub.plan({ repo: REPO.id, variant: 'Q2_K' }, {})).rejects.toThrow('It has: Q8_0, Q4_K_M.')
  })

  it('claims no size or hash that can’t be', async () => {
    const claims = { size: -5, sha256: '../../etc' }
    const { hub } = await setUp({}, null, [{ ...REPO, files: [{ path: 'x-Q4_0.gguf', bytes: WEIGHTS, claims }] }])
    const { variants } = await hub.repo(REPO.id, undefined, {})
    expect(variants[0]?.files).toEqual([{ path: 'x-Q4_0.gguf', sizeBytes: null, sha256: null }])
  })
})

describe('a file at Hugging Face', () => {
  it('lies at the storage for a while, without the token, under the hub’s hash', async () => {
    const { hub, double } = await setUp(
      { accounts: { hf_good: { user: 'ada', granted: [] } }, expiresSeconds: 600 },
      'hf_good',
    )
    const plan = await hub.plan({ repo: REPO.id, variant: 'q4_k_m' }, {})
    expect(plan).toMatchObject({ name: `hf.co/${REPO.id}:Q4_K_M`, folder: `huggingface/${REPO.id}`, files: [FILE] })
    const located = await hub.locate(plan, FILE, {})
    expect(located).toMatchObject({ headers: {}, sizeBytes: 2000, sha256: SHA256, revision: double.head(REPO.id) })
    expect(new URL(located.url).origin).toBe(double.cdnOrigin)
    expect(Math.abs((located.expiresAt ?? 0) - Date.now() - 600_000)).toBeLessThan(30_000)
  })

  it('is fetched from its commit even after the branch moved, and tells when the commit is another', async () => {
    const { hub, double } = await setUp()
    const old = double.head(REPO.id)
    const moved = double.commit(REPO.id, [{ path: FILE.path, bytes: someBytes(2000, 9) }])
    expect((await hub.locate(sourceOf(old), FILE, {})).sha256).toBe(SHA256)
    expect((await hub.locate(sourceOf(moved), FILE, {})).sha256).not.toBe(SHA256)
    double.knobs.movingCommit = true
    expect((await hub.locate(sourceOf(old), FILE, {})).revision).not.toBe(old)
  })

  it('of a gated repository needs consent, and a token that is still good', async () => {
    const gated = [{ ...REPO, gated: 'manual' as const }]
    const accounts = { hf_good: { user: 'ada', granted: [REPO.id] }, hf_other: { user: 'bob', granted: [] } }
    const locate = async (token: string | null) => {
      const { hub, double } = await setUp({ accounts }, token, gated)
      return hub.locate(sourceOf(double.head(REPO.id)), FILE, {})
    }
    await expect(locate(null)).rejects.toMatchObject({ code: 'hub_gated', data: { repo: REPO.id } })
    await expect(locate('hf_other')).rejects.toMatchObject({ code: 'hub_gated' })
    await expect(locate('hf_revoked')).rejects.toMatchObject({ code: 'hub_token_refused' })
    expect((await locate('hf_good')).sha256).toBe(SHA256)
  })

  it.each([
    ['a loop', { redirect: 'loop' }, 'redirect_refused'],
    ['an odd scheme', { redirect: { to: 'ftp://127.0.0.1/x' } }, 'redirect_refused'],
    ['a login page', { captivePortal: { resolve: 'page' } }, 'captive_portal'],
    ['a redirect to a login', { captivePortal: { resolve: 'redirect' } }, 'captive_portal'],
    ['a failure', { failure: { resolve: { status: 503, times: 1 } } }, 'hub_failed'],
    [
      'too many requests',
      { rateLimit: { resolve: { seconds: 9, times: 1, header: 'RateLimit' } } },
      'hub_rate_limited',
    ],
  ] as [string, Partial<HuggingFaceKnobs>, string][])('that leads to %s is refused', async (_what, knobs, code) => {
    const { hub, double } = await setUp(knobs)
    await expect(hub.locate(sourceOf(double.head(REPO.id)), FILE, {})).rejects.toMatchObject({ code })
  })

  it('can be had from a mirror that says little', async () => {
    const { hub, double } = await setUp({ plainMirror: true })
    const located = await hub.locate(sourceOf(double.head(REPO.id)), FILE, {})
    expect(located).toMatchObject({ sizeBytes: null, sha256: null })
  })

  it('is gone when it is gone', async () => {
    const { hub, double } = await setUp()
    const missing = { ...FILE, path: 'gone.gguf' }
    await expect(hub.locate(sourceOf(double.head(REPO.id)), missing, {})).rejects.toMatchObject({
      code: 'hub_not_found',
    })
    await expect(hub.locate(sourceOf('0'.repeat(40)), FILE, {})).rejects.toMatchObject({ code: 'hub_not_found' })
  })
})
