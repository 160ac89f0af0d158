import { describe, expect, it } from 'vitest'
import { keysUnderTest } from '../../keys/keys.testing.ts'
import { serverSettings, testApp } from '../server.testing.ts'
import { isShelfGuest } from './guests.ts'

const manifest = '/v2/library/smollm2/manifests/135m'
const shelf = (...addresses: string[]) => ({ enabled: true, models: [], addresses })

describe('a guest of the shelf', () => {
  it.each([
    ['192.168.1.7', '192.168.1.0/24', true],
    ['::ffff:192.168.1.7', '192.168.1.0/24', true],
    ['192.168.2.7', '192.168.1.0/24', false],
    ['10.0.0.5', '10.0.0.5', true],
    ['10.0.0.6', '10.0.0.5', false],
    ['10.200.1.1', ' 10.0.0.0/8 ', true],
    ['203.0.113.9', '0.0.0.0/0', true],
    ['fd00::1234', 'fd00::/8', true],
    ['fe80::1%eth0', 'fe80::/10', true],
    ['fd00::1', '[fd00::1]', true],
    ['fd00::2', 'fd00::1', false],
    ['192.168.1.7', 'fd00::/8', false],
    ['192.168.1.7', '192.168.1.0/33', false],
    ['192.168.1.7', '192.168.1.0/x', false],
    ['192.168.1.7', '192.168.1', false],
    ['192.168.1.7', 'evil.example', false],
    ['192.168.1.7', '', false],
    ['', '0.0.0.0/0', false],
    ['192.168.1.7.evil', '0.0.0.0/0', false],
  ])('from %s, with %s let in: %s', (address, range, isGuest) => {
    expect(isShelfGuest(manifest, address, shelf(range))).toBe(isGuest)
  })

  it.each(['/v1/models', '/api/pull', '/v2x/', '/V2/', '/', '/v1/../v2', '//v2/'])('is none at %s', (path) => {
    expect(isShelfGuest(path, '10.0.0.5', shelf('10.0.0.5'))).toBe(false)
  })

  it('is none while the shelf is closed, and without an address', () => {
    expect(isShelfGuest(manifest, '10.0.0.5', { ...shelf('10.0.0.5'), enabled: false })).toBe(false)
    expect(isShelfGuest(manifest, undefined, shelf('0.0.0.0/0'))).toBe(false)
  })

  it('reaches the shelf without a key, and nothing else', async () => {
    const settings = () => serverSettings({ shelf: shelf('192.168.1.0/24') })
    const { keys } = keysUnderTest({ HEARTH_API_KEY: 'secret' })
    const { ask } = testApp(undefined, { settings, keys }, { hosts: new Set(['box']) })
    const status = async (path: string, peer: string, headers = {}) =>
      (await ask(path, { peer, host: 'box', headers })).status
    expect(await status('/v2/', '192.168.1.7')).toBe(200)
    expect(await status('/v2/', '192.168.2.7')).toBe(401)
    expect(await status('/v2/', '192.168.2.7', { authorization: 'Bearer secret' })).toBe(200)
    expect(await status('/v2/', '192.168.2.7', { 'x-forwarded-for': '192.168.1.7' })).toBe(401)
    expect(await status('/v2/', '127.0.0.1')).toBe(200)
    for (const path of ['/v1/models', '/api/tags', '/metrics', '/v2']) {
      expect(await status(path, '192.168.1.7'), path).toBe(path === '/v2' ? 404 : 401)
    }
    expect((await ask('/v2/', { peer: '192.168.1.7', host: 'evil.example' })).status).toBe(403)
  })
})
