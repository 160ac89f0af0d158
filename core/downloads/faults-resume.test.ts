import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { content, FILE, MEGABYTE, REPO, startDownloads } from './downloads.testing.ts'
import { systemError } from './disk.testing.ts'
import { Journal } from './journal.ts'

const slow = { bytesPerSecond: 2 * MEGABYTE }

/** Some megabytes are here and safe, the rest is not. */
async function halfWay(options: Parameters<typeof startDownloads>[0] = {}) {
  const fixture = await startDownloads({ ...options, knobs: { ...slow, ...options.knobs } })
  const { id } = await fixture.enqueue()
  await fixture.has(1)
  await fixture.downloads.pause(id)
  fixture.double.knobs.bytesPerSecond = null
  const before = fixture.asked()
  return { ...fixture, fixture, id, fetchedAfter: () => fixture.asked() - before }
}
const journalOf = (part: string) => Journal.parse(JSON.parse(readFileSync(`${part}.json`, 'utf8')))

describe('going on with what is there', () => {
  it('a paused download fetches only what is missing, also after a restart', async () => {
    const { fixture, id, bytes, fetchedAfter } = await halfWay()
    await fixture.restart()
    expect(fixture.one().state).toBe('paused')
    const { doneBytes } = fixture.one()
    fixture.downloads.resume(id)
    await fixture.state('done')
    expect(fixture.got()?.equals(bytes)).toBe(true)
    expect(fetchedAfter()).toBe(bytes.length - doneBytes)
  })

  it('what ran goes on by itself after a restart', async () => {
    const fixture = await startDownloads({ knobs: slow })
    await fixture.enqueue()
    await fixture.has(1)
    await fixture.restart()
    fixture.double.knobs.bytesPerSecond = null
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
  })

  it('fault 2: a power cut loses what was not synced, and the journal never claimed it', async () => {
    const fixture = await startDownloads({ knobs: slow })
    await fixture.enqueue()
    await fixture.has(1)
    // From here on the drive keeps in its memory what it is given, until the power goes.
    fixture.disk.fault = (step) => (step === 'datasync' ? systemError('EIO') : null)
    await fixture.state('failed')
    expect(fixture.disk.cutPower()).toBeGreaterThan(0)
    const part = readFileSync(fixture.part())
    const { doneRanges } = journalOf(fixture.part())
    expect(doneRanges.length).toBeGreaterThan(0)
    for (const [start, end] of doneRanges) {
      expect(part.subarray(start, end).equals(fixture.bytes.subarray(start, end))).toBe(true)
    }
    fixture.disk.fault = () => null
    fixture.double.knobs.bytesPerSecond = null
    fixture.downloads.resume(fixture.one().id)
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
  })

  it('fault 5: a file that was replaced between two sessions is told, thrown away, and new when it is started again', async () => {
    const { fixture, id } = await halfWay()
    const other = content(4)
    fixture.double.replaceInPlace(REPO, FILE, other)
    fixture.downloads.resume(id)
    const { error } = await fixture.state('failed')
    expect(error).toMatchObject({ code: 'download_changed', data: { file: FILE } })
    expect(existsSync(fixture.part())).toBe(false)
    expect(fixture.got()).toBeNull()
    fixture.downloads.resume(id)
    await fixture.state('done')
    expect(fixture.got()?.equals(other)).toBe(true)
  })

  it('fault 6: other bytes of the same size under an old journal are found by the hash and fetched anew', async () => {
    const { fixture, id, bytes, fetchedAfter } = await halfWay()
    const part = readFileSync(fixture.part())
    const [start = 0] = journalOf(fixture.part()).doneRanges[0] ?? []
    part.writeUInt8(part.readUInt8(start) ^ 1, start)
    writeFileSync(fixture.part(), part)
    fixture.downloads.resume(id)
    await fixture.state('done')
    expect(fixture.got()?.equals(bytes)).toBe(true)
    expect(fetchedAfter()).toBeGreaterThan(bytes.length)
  })

  it.each([
    ['is damaged', (part: string) => writeFileSync(`${part}.json`, '{"app":"hearth"')],
    ['belongs to a part of another length', (part: string) => truncateSync(part, 1000)],
  ])('a journal that %s is not believed', async (_, spoil) => {
    const { fixture, id, bytes, fetchedAfter } = await halfWay()
    spoil(fixture.part())
    fixture.downloads.resume(id)
    await fixture.state('done')
    expect(fixture.got()?.equals(bytes)).toBe(true)
    expect(fetchedAfter()).toBe(bytes.length)
  })

  it('fault 8: a signed address that expires in the middle is asked for again', async () => {
    const bytes = content(8)
    const fixture = await startDownloads({ files: [{ path: FILE, bytes }], knobs: slow })
    await fixture.enqueue()
    await fixture.has(1)
    fixture.double.knobs.signatureEpoch += 1
    fixture.double.knobs.bytesPerSecond = null
    await fixture.state('done')
    expect(fixture.got()?.equals(bytes)).toBe(true)
    expect(fixture.double.requests.filter(({ path }) => path.includes('/resolve/')).length).toBeGreaterThan(1)
    expect(fixture.history.filter((told) => told.startsWith('waiting'))).toEqual([])
  })

  it('fault 11: access that is revoked in the middle pauses it, and keeps what is there', async () => {
    const token = { user: 'ann', granted: [REPO] }
    const fixture = await startDownloads({
      repos: [{ id: REPO, gated: 'manual', files: [{ path: FILE, bytes: content(8) }] }],
      knobs: { ...slow, accounts: { hf_test: token } },
    })
    fixture.hub.token = 'hf_test'
    const { id } = await fixture.enqueue()
    await fixture.has(1)
    const revoked = { accounts: { hf_test: { ...token, granted: [] } }, signatureEpoch: 1, bytesPerSecond: null }
    Object.assign(fixture.double.knobs, revoked)
    const { error, doneBytes } = await fixture.state('paused')
    expect(error?.code).toBe('hub_gated')
    expect(doneBytes).toBeGreaterThan(MEGABYTE / 2)
    expect(existsSync(fixture.part())).toBe(true)
    Object.assign(fixture.double.knobs, { accounts: { hf_test: token }, bytesPerSecond: null })
    const before = fixture.asked()
    fixture.downloads.resume(id)
    await fixture.state('done')
    expect(fixture.asked() - before).toBe(8 * MEGABYTE - doneBytes)
  })

  it('fault 15: after a sleep everything goes on at once, with new addresses', async () => {
    const fixture = await startDownloads({ knobs: slow })
    fixture.time.held = true
    await fixture.enqueue()
    await fixture.has(1)
    // The connections are dead, the addresses expired, and nobody told.
    Object.assign(fixture.double.knobs, { silentBeforeHead: { times: 1 }, signatureEpoch: 1, bytesPerSecond: null })
    fixture.time.advance(8 * 60 * 60 * 1000)
    fixture.time.held = false
    fixture.downloads.wake()
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
  })

  it('fault 15: without a network it waits for hours and never fails; waking does not wait for its turn', async () => {
    const fixture = await startDownloads({ knobs: slow })
    await fixture.enqueue()
    await fixture.has(1)
    fixture.hub.offline = true
    Object.assign(fixture.double.knobs, { silentAfter: { bytes: 0, times: 99 }, bytesPerSecond: null })
    fixture.downloads.wake()
    for (let hour = 0; hour < 8; hour++) {
      await fixture.state('waiting')
      fixture.time.advance(60 * 60 * 1000)
    }
    fixture.time.held = true
    const { error } = await fixture.state('waiting')
    expect(error?.code).toBe('hub_unreachable')
    fixture.hub.offline = false
    fixture.double.knobs.silentAfter = null
    fixture.downloads.wake()
    await fixture.state('done')
  })
})
