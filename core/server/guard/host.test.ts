import { describe, expect, it } from 'vitest'
import { hostNames, isAllowedHost, mayCallAs } from './host.ts'

const none = new Set<string>()

describe('the Host header', () => {
  it.each([
    'localhost',
    'localhost:1234',
    'LOCALHOST:9',
    '127.0.0.1',
    '127.0.0.1:65535',
    '[::1]',
    '[::1]:1234',
    'hearth.localhost:80',
  ])('lets %s in', (host) => {
    expect(isAllowedHost(host, none)).toBe(true)
  })

  it.each([
    'evil.example',
    'evil.example:1234',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evillocalhost',
    '.localhost',
    'localhost.',
    'printer.local',
    'service.internal',
    '192.168.1.5:1234',
    '0.0.0.0:1234',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '[::ffff:127.0.0.1]',
    'user@localhost',
    'localhost:1234:1',
    'localhost:',
    'localhost/evil.example',
    'localhost, evil.example',
    '',
  ])('keeps %s out', (host) => {
    expect(isAllowedHost(host, none)).toBe(false)
  })

  it('keeps a request without one out', () => {
    expect(isAllowedHost(undefined, none)).toBe(false)
  })

  const machine = { name: 'Box', addresses: ['192.168.1.5', 'fe80::1'] }
  it.each([
    ['127.0.0.1', [], 'box', false],
    ['127.0.0.1', ['ollama-phi4'], 'ollama-phi4:11434', true],
    ['192.168.1.5', [], '192.168.1.5:1234', true],
    ['192.168.1.5', [], 'box', false],
    ['0.0.0.0', [], 'BOX:1234', true],
    ['0.0.0.0', [], '192.168.1.5:1234', true],
    ['::', [], '[fe80::1]:1234', true],
    ['0.0.0.0', [], 'evil.example', false],
    ['0.0.0.0', [], '10.0.0.9', false],
  ])('of a server bound to %s with %o: %s → %s', (bound, configured, host, allowed) => {
    expect(isAllowedHost(host, hostNames(bound, configured, machine))).toBe(allowed)
  })

  const elsewhere = '172.18.0.5'
  it.each([
    ['ollama-phi4:11434', elsewhere, true, true],
    ['hearth', elsewhere, true, true],
    ['ollama-phi4:11434', elsewhere, false, false],
    ['ollama-phi4:11434', '127.0.0.1', true, false],
    ['ollama-phi4:11434', '::ffff:127.0.0.1', true, false],
    ['evil.example', elsewhere, true, false],
    ['2130706433', elsewhere, true, false],
    ['0x7f000001', elsewhere, true, false],
    ['[fd00::1]', elsewhere, true, false],
    ['hearth.', elsewhere, true, false],
    ['', elsewhere, true, false],
    [undefined, elsewhere, true, false],
    ['localhost', elsewhere, false, true],
  ])('%s, called from %s where such names are allowed (%s): %s', (host, peer, plainNames, allowed) => {
    expect(mayCallAs(host, peer, { hosts: none, plainNames })).toBe(allowed)
  })
})
