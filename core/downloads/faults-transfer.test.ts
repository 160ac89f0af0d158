import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/domain/errors.ts'
import { content, FILE, MEGABYTE, startDownloads } from './downloads.testing.ts'

const slow = { bytesPerSecond: 2 * MEGABYTE }

describe('what comes over the line', () => {
  it('fault 3: a range that is answered with the whole file starts over in one stream and never appends', async () => {
    const bytes = content(8)
    const fixture = await startDownloads({ files: [{ path: FILE, bytes }], knobs: slow })
    await fixture.enqueue()
    await fixture.has(1)
    Object.assign(fixture.double.knobs, { ignoreRange: true, bytesPerSecond: null })
    await fixture.state('done')
    expect(fixture.got()?.equals(bytes)).toBe(true)
    const last = fixture.double.requests.findLast(({ server }) => server === 'cdn')
    expect(last?.range).toBeNull()
  })

  it.each(['start', 'total'] as const)(
    'fault 4: a 206 with a wrong %s is refused and asked for again',
    async (wrong) => {
      const fixture = await startDownloads({ knobs: { wrongContentRange: wrong } })
      fixture.time.held = true
      await fixture.enqueue()
      await fixture.hasAsked(4)
      expect(fixture.one().doneBytes).toBe(0)
      fixture.double.knobs.wrongContentRange = null
      fixture.time.held = false
      fixture.time.advance(10_000)
      await fixture.state('done')
      expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    },
  )

  it('fault 4: a server that never answers a range right is given up after bounded tries', async () => {
    const fixture = await startDownloads({ knobs: { wrongContentRange: 'start' } })
    await fixture.enqueue()
    const { error } = await fixture.state('failed')
    expect(error?.code).toBe('hub_answer_invalid')
    expect(fixture.ranges().length).toBeLessThan(200)
    expect(fixture.got()).toBeNull()
    expect(fixture.events).toEqual(['failed hub_answer_invalid'])
  })

  it('fault 7: a bit that flipped on the way is found, and the file is fetched once more', async () => {
    const fixture = await startDownloads({ knobs: { flipBit: { offset: 2_500_000, times: 1 } } })
    await fixture.enqueue()
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    expect(fixture.asked()).toBe(2 * fixture.bytes.length)
  })

  it('fault 7: damaged twice is an error, and nothing of it stays', async () => {
    const fixture = await startDownloads({ knobs: { flipBit: { offset: 2_500_000, times: 99 } } })
    await fixture.enqueue()
    const { error } = await fixture.state('failed')
    expect(error).toMatchObject({ code: 'hash_mismatch', data: { file: 'model-Q4_K_M.gguf' } })
    expect(fixture.asked()).toBe(2 * fixture.bytes.length)
    expect(fixture.got()).toBeNull()
    expect(existsSync(fixture.part())).toBe(false)
    expect(fixture.finished).toEqual([])
  })

  it.each([
    ['early ends', { endAfter: { bytes: 200_000, times: 12 } }],
    ['resets', { resetAfter: { bytes: 200_000, times: 12 } }],
    ['errors of the server', { failure: { cdn: { status: 503, times: 5 } } }],
  ])('fault 13: %s in the middle cost nothing but time, and bytes count once', async (_, knobs) => {
    const fixture = await startDownloads({ knobs })
    let most = 0
    await fixture.enqueue()
    for await (const { downloads } of fixture.downloads.topic.watch()) {
      most = Math.max(most, downloads[0]?.doneBytes ?? 0)
      if (downloads[0]?.state === 'done') break
    }
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    expect(most).toBe(fixture.bytes.length)
  })

  it.each([
    ['before the head', { silentBeforeHead: { times: 3 } }],
    ['after the head', { silentAfter: { bytes: 0, times: 3 } }],
    ['in the middle', { silentAfter: { bytes: 300_000, times: 3 } }],
  ])('fault 14: a server that falls silent %s is noticed and asked again', async (_, knobs) => {
    const fixture = await startDownloads({ knobs })
    await fixture.enqueue()
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
  })

  it('fault 14: one byte a minute is silence', async () => {
    const fixture = await startDownloads({ knobs: { bytesPerSecond: 1 / 60 } })
    await fixture.enqueue()
    await fixture.reached('waiting download_stalled')
    fixture.double.knobs.bytesPerSecond = null
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
  })

  it('fault 24: a file that comes packed is refused, whatever the server says', async () => {
    const bytes = content(0.2)
    const fixture = await startDownloads({ files: [{ path: FILE, bytes }], knobs: { gzipBody: true } })
    await fixture.enqueue()
    const { error } = await fixture.state('failed')
    expect(error?.code).toBe('hub_answer_invalid')
    expect(fixture.one().doneBytes).toBe(0)
    expect(fixture.got()).toBeNull()
    fixture.double.knobs.gzipBody = false
    fixture.downloads.resume(fixture.one().id)
    await fixture.state('done')
    expect(fixture.got()?.equals(bytes)).toBe(true)
  })

  it('fault 24: a file of no bytes is a file', async () => {
    const fixture = await startDownloads({ files: [{ path: 'empty.gguf', bytes: Buffer.alloc(0) }] })
    await fixture.enqueue('empty.gguf')
    await fixture.state('done')
    expect(fixture.got('empty.gguf')).toHaveLength(0)
  })

  it('fault 24: a file whose length nobody tells comes in one stream', async () => {
    const fixture = await startDownloads({ knobs: { contentLength: 'missing', ignoreRange: true } })
    fixture.hub.poor = true
    await fixture.enqueue()
    const { totalBytes } = await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    expect(totalBytes).toBe(fixture.bytes.length)
  })

  it('fault 24: an answer of no length at all is no file', async () => {
    const fixture = await startDownloads({ knobs: { contentLength: 'zero' } })
    await fixture.enqueue()
    await fixture.state('failed')
    expect(fixture.got()).toBeNull()
  })

  it('fault 25: the page of a captive portal is not stored, and the download goes on after the login', async () => {
    const fixture = await startDownloads({ knobs: { captivePortal: { cdn: 'page' } } })
    fixture.time.held = true
    await fixture.enqueue()
    const { error, doneBytes } = await fixture.state('waiting')
    expect(error?.code).toBe('captive_portal')
    expect(doneBytes).toBe(0)
    fixture.double.knobs.captivePortal = {}
    fixture.time.advance(60_000)
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
  })

  it.each(['proxy_refused', 'certificate_untrusted', 'redirect_refused'] as const)(
    'fault 25: %s is told as what it is, and nothing is stored',
    async (code) => {
      const http = {
        request: () => Promise.reject(new AppError({ code, message: 'x', data: { host: 'proxy' } })),
        close: () => Promise.resolve(),
      }
      const fixture = await startDownloads({ deps: { http } })
      await fixture.enqueue()
      const { error, doneBytes } = await fixture.state('failed')
      expect(error?.code).toBe(code)
      expect(doneBytes).toBe(0)
      expect(fixture.got()).toBeNull()
    },
  )
})
