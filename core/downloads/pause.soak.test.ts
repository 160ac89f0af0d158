import { describe, expect, it } from 'vitest'
import { MEGABYTE, startDownloads } from './downloads.testing.ts'

const rounds = process.env['HEARTH_SOAK_ROUNDS'] === undefined ? 25 : 1000

describe('pausing and resuming again and again', () => {
  it(`fault 20: ${rounds} times paused and resumed, no handle stays open`, { timeout: 600_000 }, async () => {
    const fixture = await startDownloads({ knobs: { bytesPerSecond: MEGABYTE / 8 } })
    const { id } = await fixture.enqueue()
    await fixture.state('downloading')
    await fixture.downloads.pause(id)
    const handles = () => process.getActiveResourcesInfo().length
    const before = handles()
    for (let round = 0; round < rounds; round++) {
      fixture.downloads.resume(id)
      await fixture.state('downloading')
      await fixture.downloads.pause(id)
      expect(fixture.disk.openFiles()).toBe(0)
    }
    // Connections that are kept alive are a handful, however many rounds.
    expect(handles()).toBeLessThan(before + 60)
    fixture.double.knobs.bytesPerSecond = null
    fixture.downloads.resume(id)
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    expect(fixture.disk.openFiles()).toBe(0)
  })
})
