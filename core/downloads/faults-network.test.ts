import { describe, expect, it } from 'vitest'
import { content, FILE, MEGABYTE, REPO, startDownloads } from './downloads.testing.ts'

describe('where the line leads', () => {
  it('fault 9: the token goes to the hub and never to where the hub sends us', async () => {
    const fixture = await startDownloads({
      repos: [{ id: REPO, gated: 'manual', files: [{ path: FILE, bytes: content(2) }] }],
      knobs: { accounts: { hf_test: { user: 'ann', granted: [REPO] } } },
    })
    fixture.hub.token = 'hf_test'
    await fixture.enqueue()
    await fixture.state('done')
    const cdn = fixture.double.requests.filter(({ server }) => server === 'cdn')
    expect(cdn.length).toBeGreaterThan(0)
    for (const { headers } of cdn) expect(headers).not.toHaveProperty('authorization')
    for (const { headers } of cdn) expect(headers).not.toHaveProperty('cookie')
    const resolved = fixture.double.requests.filter(({ path }) => path.includes('/resolve/'))
    expect(resolved[0]?.headers['authorization']).toBe('Bearer hf_test')
  })

  it.each([
    ['a loop', 'loop' as const],
    ['a file of this computer', { to: 'file:///etc/passwd' }],
  ])('fault 10: a redirect into %s is refused and nothing is stored', async (_, redirect) => {
    const fixture = await startDownloads({ knobs: { redirect } })
    await fixture.enqueue()
    const { error, doneBytes } = await fixture.state('failed')
    expect(error?.code).toBe('redirect_refused')
    expect(doneBytes).toBe(0)
    expect(fixture.got()).toBeNull()
  })

  it('fault 12: when the hub asks for patience everything from it waits, says so, and goes on', async () => {
    const repos = ['ann/one', 'ann/two', 'ann/three'].map((id) => ({ id, files: [{ path: FILE, bytes: content(8) }] }))
    const fixture = await startDownloads({ repos, knobs: { bytesPerSecond: 2 * MEGABYTE } })
    fixture.time.held = true
    const ids: string[] = []
    for (const { id } of repos) ids.push((await fixture.enqueue(FILE, id)).id)
    await fixture.has(1, ids[0])
    await fixture.has(1, ids[1])
    Object.assign(fixture.double.knobs, {
      rateLimit: { cdn: { times: 1, seconds: 2, header: 'RateLimit' } },
      bytesPerSecond: null,
    })
    for (const id of ids) {
      const { error, waitingUntil } = await fixture.state('waiting', id)
      expect(error).toMatchObject({ code: 'hub_rate_limited', data: { host: expect.stringContaining('127.0.0.1') } })
      expect(Number(error?.data?.['seconds'])).toBeGreaterThanOrEqual(2)
      expect((waitingUntil ?? 0) - fixture.time.now()).toBeGreaterThan(0)
    }
    // Whose turn had not come asks nothing at all.
    expect(fixture.double.requests.filter(({ path }) => path.startsWith('/ann/three/'))).toEqual([])
    const asked = fixture.asked()
    fixture.time.advance(500)
    expect(fixture.asked()).toBe(asked)
    fixture.time.held = false
    fixture.time.advance(10_000)
    for (const id of ids) await fixture.state('done', id)
  })
})
