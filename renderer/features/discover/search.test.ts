import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import type { HubModel, HubPage, HubQuery } from '../../../shared/domain/hubs.ts'
import { FRESH, hubQuery } from './query.ts'
import { createSearch } from './search.ts'

const found = (repo: string): HubModel => ({
  hub: 'huggingface',
  repo,
  title: repo,
  author: 'a',
  downloads: null,
  likes: null,
  createdAt: null,
  updatedAt: null,
  parameters: null,
  architecture: null,
  contextLength: null,
  licence: null,
  languages: [],
  types: [],
  gated: 'open',
  tags: [],
})
const page = (repos: string[], cursor: string | null = null): HubPage => ({
  models: repos.map(found),
  cursor,
  total: 10,
})
const asked = (text: string): HubQuery => hubQuery({ ...FRESH, text })

/** A hub whose answers the test gives one by one. */
function hub() {
  const calls: {
    query: HubQuery
    signal: AbortSignal
    answer: (page: HubPage) => Promise<void>
    fail: (error: unknown) => Promise<void>
  }[] = []
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  const search = createSearch(
    (query, signal) =>
      new Promise((resolve, reject) => {
        calls.push({
          query,
          signal,
          answer: (value) => (resolve(value), settled()),
          fail: (error) => (reject(error), settled()),
        })
      }),
    () => 1_000_000,
  )
  const call = (index: number) => {
    const found = calls[index]
    if (found === undefined) throw new Error(`The hub was asked ${calls.length} times.`)
    return found
  }
  const repos = () => search.use.getState().models.map(({ repo }) => repo)
  return { search, calls, call, repos }
}

describe('a search at a hub', () => {
  it('pages on where the page before ended, and ends', async () => {
    const { search, calls, call, repos } = hub()
    search.run(asked('qwen'))
    await call(0).answer(page(['a', 'b'], 'next'))
    search.more()
    expect(call(1).query.cursor).toBe('next')
    await call(1).answer(page(['c']))
    search.more()
    expect(calls).toHaveLength(2)
    expect(repos()).toEqual(['a', 'b', 'c'])
  })

  it('shows a model once although the ranking moved between two pages', async () => {
    const { search, call, repos } = hub()
    search.run(asked('qwen'))
    await call(0).answer(page(['a', 'b'], 'next'))
    search.more()
    await call(1).answer(page(['b', 'c']))
    expect(repos()).toEqual(['a', 'b', 'c'])
  })

  it('is cancelled by the next one, whose answer alone counts', async () => {
    const { search, call, repos } = hub()
    search.run(asked('q'))
    search.run(asked('qwen'))
    expect(call(0).signal.aborted).toBe(true)
    await call(1).answer(page(['new']))
    await call(0).answer(page(['old']))
    expect(repos()).toEqual(['new'])
  })

  it('does not ask twice for the list that is there', async () => {
    const { search, calls, call } = hub()
    search.run(asked('qwen'))
    search.run(asked('qwen'))
    await call(0).answer(page(['a']))
    search.run(asked('qwen'))
    expect(calls).toHaveLength(1)
  })

  it('keeps what came when a later page fails, and goes on from there', async () => {
    const { search, call, repos } = hub()
    search.run(asked('qwen'))
    await call(0).answer(page(['a'], 'next'))
    search.more()
    await call(1).fail(new AppError({ code: 'hub_answer_invalid', message: 'half a page' }))
    expect(repos()).toEqual(['a'])
    expect(search.use.getState().error?.code).toBe('hub_answer_invalid')
    search.more()
    search.retry()
    expect(call(2).query.cursor).toBe('next')
    await call(2).answer(page(['b']))
    expect(repos()).toEqual(['a', 'b'])
    expect(search.use.getState().error).toBeNull()
  })

  it('knows when a hub that asked for patience may be asked again', async () => {
    const { search, call } = hub()
    search.run(asked('qwen'))
    await call(0).fail(new AppError({ code: 'hub_rate_limited', message: 'slowly', data: { seconds: 55 } }))
    expect(search.use.getState().retryAt).toBe(1_055_000)
  })

  it('asks again for a first page that failed', async () => {
    const { search, call, repos } = hub()
    search.run(asked('qwen'))
    await call(0).fail(new AppError({ code: 'hub_unreachable', message: 'no network' }))
    search.run(asked('qwen'))
    await call(1).answer(page(['a']))
    expect(repos()).toEqual(['a'])
  })

  it('does not page for ever at a hub whose page leads to itself', async () => {
    const { search, call, calls } = hub()
    search.run(asked('qwen'))
    await call(0).answer(page(['a'], 'same'))
    search.more()
    await call(1).answer(page(['a'], 'same'))
    search.more()
    expect(calls).toHaveLength(2)
  })

  it('reads on where filters left nothing of a page, but not through the whole hub', async () => {
    const { search, call, calls, repos } = hub()
    search.run(asked('qwen'))
    for (const index of [0, 1, 2, 3]) await call(index).answer(page([], `next ${index}`))
    expect(calls).toHaveLength(4)
    expect(search.use.getState().loading).toBeNull()
    search.more()
    await call(4).answer(page(['a'], 'next'))
    expect(repos()).toEqual(['a'])
    expect(calls).toHaveLength(5)
  })

  it('starts anew after it was left in the middle', async () => {
    const { search, call, calls } = hub()
    search.run(asked('qwen'))
    search.stop()
    expect(call(0).signal.aborted).toBe(true)
    search.run(asked('qwen'))
    expect(calls).toHaveLength(2)
  })
})
