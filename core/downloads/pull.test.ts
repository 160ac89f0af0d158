import { describe, expect, it } from 'vitest'
import type { PullEvent } from '../../shared/domain/downloads.ts'
import { actor, MEGABYTE, REPO, startDownloads } from './downloads.testing.ts'
import { createPull } from './pull.ts'

type Fixture = Awaited<ReturnType<typeof startDownloads>>

function pullOf(fixture: Fixture, known: string[] = []) {
  return createPull({
    hubs: { planByName: (_, call) => fixture.hub.planFor({ repo: REPO, variant: 'Q4_K_M' }, call) },
    downloads: fixture.downloads,
    findModel: (name) => (known.includes(name) ? { name, problem: null } : undefined),
  })
}

async function all(events: AsyncIterable<PullEvent>): Promise<PullEvent[]> {
  const list: PullEvent[] = []
  for await (const event of events) list.push(event)
  return list
}

describe('a pull', () => {
  it('tells how far it is and ends with success', async () => {
    const fixture = await startDownloads({ knobs: { bytesPerSecond: 2 * MEGABYTE } })
    const events = await all(pullOf(fixture)('hf.co/ann/model', actor))
    expect(events[0]).toEqual({ type: 'resolving', name: 'hf.co/ann/model' })
    expect(events.at(-1)).toEqual({ type: 'success', model: fixture.one().name })
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event.file] : []))
    expect(progress.length).toBeGreaterThan(1)
    expect(progress.at(-1)).toMatchObject({ path: 'model-Q4_K_M.gguf', sizeBytes: fixture.bytes.length })
    expect(progress.at(-1)?.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
  })

  it('of a model that is here asks nobody', async () => {
    const fixture = await startDownloads()
    expect(await all(pullOf(fixture, ['smollm2'])('smollm2', actor))).toEqual([{ type: 'success', model: 'smollm2' }])
    expect(fixture.double.requests).toEqual([])
  })

  it('that nobody listens to any more goes on', async () => {
    const fixture = await startDownloads({ knobs: { bytesPerSecond: 2 * MEGABYTE } })
    for await (const event of pullOf(fixture)('hf.co/ann/model', actor)) if (event.type === 'progress') break
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
  })

  it('that fails says why', async () => {
    const fixture = await startDownloads({ knobs: { flipBit: { offset: 5, times: 9 } } })
    await expect(all(pullOf(fixture)('hf.co/ann/model', actor))).rejects.toMatchObject({ code: 'hash_mismatch' })
  })

  it('that someone cancels ends', async () => {
    const fixture = await startDownloads({ knobs: { bytesPerSecond: MEGABYTE / 8 } })
    const pulled = all(pullOf(fixture)('hf.co/ann/model', actor))
    await fixture.reached('downloading')
    await Promise.all([
      fixture.downloads.cancel(fixture.one().id),
      expect(pulled).rejects.toMatchObject({ code: 'cancelled' }),
    ])
  })

  it('tells what it waits for', async () => {
    const fixture = await startDownloads({
      knobs: { rateLimit: { cdn: { times: 1, seconds: 2, header: 'Retry-After' } } },
    })
    fixture.time.held = true
    const seen: PullEvent[] = []
    for await (const event of pullOf(fixture)('hf.co/ann/model', actor)) {
      seen.push(event)
      if (event.type === 'waiting') fixture.time.advance(60_000)
    }
    const waiting = seen.find((event) => event.type === 'waiting')
    expect(waiting).toMatchObject({ error: { code: 'hub_rate_limited' }, until: expect.any(Number) })
    expect(seen.at(-1)?.type).toBe('success')
  })
})
