import { describe, expect, it } from 'vitest'
import { sleep } from './delay.ts'
import { content, FILE, MEGABYTE, startDownloads } from './downloads.testing.ts'
import { createSpeedLimit } from './speed-limit.ts'

const PACKET = 16_384

/** Connections that take packets as fast as they may, in time that is only counted; bytes that came in each second. */
function simulate(seconds: number, connections: number, rate: (at: number) => number | null): number[] {
  let now = 0
  const limit = createSpeedLimit(
    () => rate(now),
    () => now,
  )
  const came = Array.from({ length: seconds }, () => 0)
  const next = Array.from({ length: connections }, () => 0)
  for (;;) {
    now = Math.min(...next)
    if (now >= seconds * 1000) return came
    const index = next.indexOf(now)
    // Timers are late, each by another bit.
    const at = now + Math.ceil(limit.delay(PACKET)) + (index % 3) * 0.4 + 0.05
    const second = Math.floor(at / 1000)
    if (second < seconds) came[second] = (came[second] ?? 0) + PACKET
    next[index] = at
  }
}

describe('the speed limit', () => {
  it('fault 21: holds 1 MB/s within 10 % over all connections', () => {
    for (const second of simulate(10, 8, () => 1e6)) {
      expect(second).toBeGreaterThan(0.9e6)
      expect(second).toBeLessThan(1.1e6)
    }
  })

  it('fault 21: a change holds from the next second on', () => {
    const came = simulate(6, 4, (at) => (at < 3000 ? 1e6 : 3e6))
    for (const second of [...came.slice(0, 3).map((bytes) => bytes * 3), ...came.slice(3)]) {
      expect(second).toBeGreaterThan(2.7e6)
      expect(second).toBeLessThan(3.3e6)
    }
  })

  it('is no limit when there is none', () => {
    const limit = createSpeedLimit(
      () => null,
      () => 0,
    )
    expect(limit.delay(1e12)).toBe(0)
  })

  it('fault 21: a download never comes faster than it says, and goes on at once when it is lifted', async () => {
    const bytes = content(2)
    const fixture = await startDownloads({ files: [{ path: FILE, bytes }], deps: { sleep } })
    fixture.settings.speedLimit = MEGABYTE
    const start = performance.now()
    await fixture.enqueue()
    await fixture.has(1)
    expect(performance.now() - start).toBeGreaterThan(800)
    fixture.settings.speedLimit = null
    await fixture.state('done')
    expect(fixture.got()?.equals(bytes)).toBe(true)
  })
})
