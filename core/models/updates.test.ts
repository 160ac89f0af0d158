import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/domain/errors.ts'
import type { Newest } from '../hubs/hubs.ts'
import { modelFixture } from './model.testing.ts'
import { type AskNewest, findUpdates } from './updates.ts'

const source = { hub: 'huggingface' as const, repo: 'me/a', revision: 'r1', variant: 'Q4_K_M', url: 'https://hub.test' }
const sha = (digit: string) => digit.repeat(64)

function here(sha256: string | null, sizeBytes = 10) {
  return modelFixture({
    name: 'a',
    source,
    files: [
      { path: '/m/a.gguf', sizeBytes, sha256, role: 'weights', owned: true },
      { path: '/m/p.gguf', sizeBytes: 3, sha256: null, role: 'projector', owned: true },
    ],
  })
}
const there =
  (revision: string, more: Partial<Newest> = {}): AskNewest =>
  async () => ({ revision, sizeBytes: 10, sha256: [null], ...more })

describe('whether a hub has something newer', () => {
  it.each([
    ['the same hash', here(sha('a')), there('r2', { sha256: [sha('A')] }), 'current'],
    ['another hash', here(sha('a')), there('r2', { sha256: [sha('b')] }), 'newer'],
    ['another size and no hash', here(null), there('r2', { sizeBytes: 11 }), 'newer'],
    ['the same commit and size and no hash', here(null), there('r1'), 'current'],
    ['another commit, the same size and no hash', here(null), there('r2', { sha256: [sha('b')] }), 'unknown'],
    ['more shards', here(sha('a')), there('r2', { sha256: [sha('a'), null] }), 'newer'],
  ])('is told by %s', async (_, model, newest, state) => {
    expect(await findUpdates([model], newest)).toMatchObject([{ name: 'a', state }])
  })

  it('is told of each one, in order, even where a hub fails', async () => {
    const models = ['gone', 'down', 'own', 'good'].map((name) => ({
      ...here(sha('a')),
      name,
      source: name === 'own' ? null : { ...source, repo: name },
    }))
    const found = await findUpdates(models, async ({ repo }) => {
      if (repo === 'gone') return null
      if (repo === 'down') throw new AppError({ code: 'hub_unreachable', message: 'no answer' })
      return there('r2', { sha256: [sha('b')] })(source)
    })
    expect(found).toMatchObject([
      { name: 'gone', state: 'gone' },
      { name: 'down', state: 'unknown', error: { code: 'hub_unreachable' } },
      { name: 'own', state: 'unknown', error: null },
      { name: 'good', state: 'newer', revision: 'r2', sizeBytes: 10 },
    ])
  })
})
