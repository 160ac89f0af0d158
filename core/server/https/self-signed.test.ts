import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { selfSigned } from './self-signed.ts'

const DAY_MS = 24 * 3600_000
const NOW = Date.UTC(2030, 0, 1)
const names = { needed: ['localhost', '127.0.0.1', '::1', 'box', '192.168.1.5'], more: ['2001:db8::7'] }

describe('a certificate that Hearth makes for itself', () => {
  it('holds every name that can stand in it, and is good for at most 397 days', async () => {
    const needed = [...names.needed, 'no name', 'under_score', '', 'x'.repeat(300)]
    const { chain, validFrom, validTo } = await selfSigned(tempFolder(), { ...names, needed }, NOW)
    const certificate = new X509Certificate(chain)
    for (const name of ['localhost', 'box']) expect(certificate.checkHost(name)).toBe(name)
    for (const ip of ['127.0.0.1', '::1', '192.168.1.5', '2001:db8::7']) expect(certificate.checkIP(ip)).toBe(ip)
    expect(certificate.subjectAltName).not.toMatch(/no name|under_score|xxx/)
    expect(certificate.ca).toBe(false)
    expect(validFrom).toBeLessThan(NOW)
    expect(validTo - validFrom).toBeLessThanOrEqual(397 * DAY_MS)
    expect(validTo - NOW).toBeGreaterThan(360 * DAY_MS)
  })

  it.skipIf(process.platform === 'win32')('is kept where only this user reads its key', async () => {
    const home = tempFolder()
    const { key } = await selfSigned(home, names, NOW)
    const file = join(home, 'https', 'key.pem')
    expect(readFileSync(file, 'utf8')).toBe(key)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('stays the same until a name is missing or its end is near', async () => {
    const home = tempFolder()
    const first = await selfSigned(home, names, NOW)
    expect((await selfSigned(home, names, NOW + 300 * DAY_MS)).fingerprint).toBe(first.fingerprint)
    const fewer = { needed: ['localhost'], more: ['2001:db8::8', 'elsewhere'] }
    expect((await selfSigned(home, fewer, NOW)).fingerprint).toBe(first.fingerprint)
    const moved = await selfSigned(home, { ...names, needed: [...names.needed, '10.0.0.3'] }, NOW)
    expect(moved.fingerprint).not.toBe(first.fingerprint)
    expect(new X509Certificate(moved.chain).checkIP('10.0.0.3')).toBe('10.0.0.3')
    const renewed = await selfSigned(home, names, moved.validTo - 29 * DAY_MS)
    expect(renewed.validTo).toBeGreaterThan(moved.validTo)
    // A clock that was set back.
    expect((await selfSigned(home, names, NOW - 50 * DAY_MS)).validFrom).toBeLessThan(NOW - 50 * DAY_MS)
  })

  it('is made anew when its files are damaged or do not belong together', async () => {
    const home = tempFolder()
    const first = await selfSigned(home, names, NOW)
    const second = await selfSigned(tempFolder(), names, NOW)
    for (const [file, text] of [
      ['certificate.pem', ''],
      ['key.pem', first.key.slice(0, 40)],
      ['key.pem', second.key],
    ] as const) {
      const before = await selfSigned(home, names, NOW)
      writeFileSync(join(home, 'https', file), text)
      const after = await selfSigned(home, names, NOW)
      expect(after.fingerprint).not.toBe(before.fingerprint)
    }
  })
})
