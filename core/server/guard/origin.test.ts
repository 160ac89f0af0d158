import { describe, expect, it } from 'vitest'
import { isAllowedOrigin, isSameOrigin, parseOrigins } from './origin.ts'

describe('the Origin header', () => {
  const rules = parseOrigins(
    'https://chat.example, http://lan.example:*, tools.example, null, file://, app://hearth, https://*.corp.example, moz-extension://*',
  )

  it.each([
    undefined,
    'http://localhost:3000',
    'http://127.0.0.1:1234',
    'https://[::1]:8443',
    'http://app.localhost',
    'http://box:1234',
    'https://chat.example',
    'http://lan.example:8080',
    'http://lan.example',
    'https://tools.example:444',
    'app://hearth',
    'https://a.b.corp.example',
    'moz-extension://3f2a',
  ])('lets %s in', (origin) => {
    expect(isAllowedOrigin(origin, 'box:1234', rules)).toBe(true)
  })

  it.each([
    'null',
    'file://',
    'http://evil.example',
    'http://chat.example',
    'https://chat.example:8443',
    'https://chat.example.evil.example',
    'https://evil.example/https://chat.example',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://box:9999',
    'chrome-extension://abcdef',
    'https://corp.example',
    'http://a.corp.example',
    'https://evil.example/.corp.example',
    'ftp://localhost',
    'localhost:1234',
    '',
  ])('keeps %s out', (origin) => {
    expect(isAllowedOrigin(origin, 'box:1234', rules)).toBe(false)
  })

  it('lets every origin in only when told so', () => {
    expect(isAllowedOrigin('http://evil.example', 'localhost', parseOrigins('*'))).toBe(true)
    expect(isAllowedOrigin('http://evil.example', 'localhost', parseOrigins(''))).toBe(false)
  })

  it.each([
    ['http://localhost:1234', 'localhost:1234', true],
    ['https://box', 'box', true],
    ['http://localhost:3000', 'localhost:1234', false],
    ['http://127.0.0.1:1234', 'localhost:1234', false],
    ['null', 'localhost:1234', false],
    [undefined, 'localhost:1234', false],
  ])('%s is the own origin of %s: %s', (origin, host, same) => {
    expect(isSameOrigin(origin, host)).toBe(same)
  })
})
