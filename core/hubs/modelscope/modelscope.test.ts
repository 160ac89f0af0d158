import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HubQuery } from '../../../shared/domain/hubs.ts'
import { startModelScopeDouble, type ModelScopeKnobs, type ScopeRepo } from '../doubles/modelscope.testing.ts'
import { closing, someBytes, testHttp } from '../hubs.testing.ts'
import { createModelScope } from './modelscope.ts'

const WEIGHTS = someBytes(2000)
const REPO: ScopeRepo = {
  id: 'Qwen/Qwen3-4B-GGUF',
  files: [
    { path: 'Qwen3-4B-Q4_K_M.gguf', bytes: WEIGHTS },
    { path: 'sub/Qwen3-4B-Q8_0.gguf', bytes: someBytes(3000, 2) },
    { path: 'README.md', bytes: Buffer.from('# 通义千问') },
  ],
  downloads: 7,
  tags: ['gguf', 'zh'],
}

async function setUp(knobs: Partial<ModelScopeKnobs> = {}, token: string | null = null, repos: ScopeRepo[] = [REPO]) {
  const double = closing(await startModelScopeDouble({ repos, knobs }))
  const hub = createModelScope({ http: testHttp(), endpoint: () => double.origin, token: () => Promise.resolve(token) })
  return { double, hub }
}

const query = (fields: Partial<HubQuery> = {}) => HubQuery.parse({ hub: 'modelscope', text: '', ...fields })

describe('ModelScope', () => {
  it('is searched page by page', async () => {
    const repos = Array.from({ length: 120 }, (_, index) => ({
      id: `o/Model-${index}B-GGUF`,
      files: [],
      downloads: index,
    }))
    const { hub } = await setUp({}, null, repos)
    const first = await hub.search(query({ text: 'model' }), {})
    expect([first.models.length, first.total, first.cursor]).toEqual([50, 120, '2'])
    expect(first.models[0]).toMatchObject({ repo: 'o/Model-119B-GGUF', parameters: 119e9 })
    const last = await hub.search(query({ cursor: '3' }), {})
    expect([last.models.length, last.cursor]).toEqual([20, null])
  })

  it('tells a repository’s files and card', async () => {
    const { hub } = await setUp()
    const repo = await hub.repo(REPO.id, undefined, {})
    expect(repo.variants.map(({ id }) => id)).toEqual(['Q8_0', 'Q4_K_M'])
    expect(repo.name).toBe('modelscope.cn/Qwen/Qwen3-4B-GGUF')
    expect(await hub.card(REPO.id, undefined, {})).toBe('# 通义千问')
  })

  it('tells where a file lies, and its hash as it is now', async () => {
    const { hub, double } = await setUp()
    const plan = await hub.plan({ repo: REPO.id, variant: 'Q8_0' }, {})
    const [file] = plan.files
    if (!file) throw new Error('no file')
    const located = await hub.locate(plan, file, {})
    const answer = await testHttp().request(located.url, { headers: { ...located.headers, range: 'bytes=0-9' } })
    expect(answer.status).toBe(206)
    expect(Buffer.from(await answer.text()).byteLength).toBeGreaterThan(0)
    double.replaceInPlace(REPO.id, file.path, WEIGHTS)
    expect((await hub.locate(plan, file, {})).sha256).toBe(createHash('sha256').update(WEIGHTS).digest('hex'))
  })

  it.each([
    ['nothing there', {}, 'o/none', 'hub_not_found'],
    ['a login page', { captivePortal: { files: 'page' } }, REPO.id, 'captive_portal'],
    ['half an answer', { halfAnswer: { files: true } }, REPO.id, 'hub_answer_invalid'],
    ['a failure', { failure: { files: { status: 500, times: 1 } } }, REPO.id, 'hub_failed'],
    [
      'too many requests',
      { rateLimit: { files: { seconds: 3, times: 1, header: 'Retry-After' } } },
      REPO.id,
      'hub_rate_limited',
    ],
    ['a bad name', {}, '../x', 'name_invalid'],
  ] as [string, Partial<ModelScopeKnobs>, string, string][])('tells %s', async (_what, knobs, repo, code) => {
    const { hub } = await setUp(knobs)
    await expect(hub.repo(repo, undefined, {})).rejects.toMatchObject({ code })
  })

  it('takes a token, and refuses a revoked one', async () => {
    const repos = [{ ...REPO, private: true }]
    const accounts = { good: 'ada' }
    expect((await (await setUp({ accounts }, 'good', repos)).hub.repo(REPO.id, undefined, {})).variants).toHaveLength(2)
    await expect((await setUp({ accounts }, 'old', repos)).hub.repo(REPO.id, undefined, {})).rejects.toMatchObject({
      code: 'hub_token_refused',
    })
  })
})
