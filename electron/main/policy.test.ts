import { describe, expect, it } from 'vitest'
import { decideLink, isPermissionAllowed, isRequestAllowed, isTrustedSender } from './policy.ts'

describe('a link', () => {
  it.each([
    ['app://hearth/', 'inside'],
    ['app://hearth/index.html#/models', 'inside'],
    ['https://example.org/a?b=c', 'outside'],
    ['http://127.0.0.1:1234/', 'outside'],
    ['mailto:ada@example.org', 'outside'],
    ['app://elsewhere/', 'deny'],
    ['app://hearth.example.org/', 'deny'],
    ['app://someone@hearth/', 'deny'],
    ['file:///etc/passwd', 'deny'],
    ['javascript:alert(1)', 'deny'],
    ['data:text/html,<p>', 'deny'],
    ['vscode://open', 'deny'],
    ['ms-msdt:/id', 'deny'],
    ['about:blank', 'deny'],
    ['not an address', 'deny'],
  ] as const)('to %s: %s', (address, decision) => {
    expect(decideLink(address)).toBe(decision)
  })
})

describe('a permission', () => {
  it('to write text to the clipboard is given to our interface only', () => {
    expect(isPermissionAllowed('clipboard-sanitized-write', 'app://hearth/')).toBe(true)
    expect(isPermissionAllowed('clipboard-sanitized-write', 'https://example.org/')).toBe(false)
    expect(isPermissionAllowed('clipboard-sanitized-write', '')).toBe(false)
  })

  it.each(['clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal', 'fileSystem', 'usb', 'unknown'])(
    '%s is given to nobody',
    (permission) => {
      expect(isPermissionAllowed(permission, 'app://hearth/')).toBe(false)
    },
  )
})

describe('a request of Chromium', () => {
  it.each([
    ['app://hearth/assets/main.js', true],
    ['blob:app://hearth/0b1c', true],
    ['data:image/png;base64,AAAA', true],
    ['devtools://devtools/bundled/inspector.html', true],
    ['blob:https://example.org/0b1c', false],
    ['https://example.org/', false],
    ['http://127.0.0.1:1234/v1/models', false],
    ['ws://127.0.0.1:1234/rpc', false],
    ['wss://example.org/', false],
    ['ftp://example.org/', false],
    ['file:///etc/passwd', false],
    ['chrome-extension://abc/x.js', false],
    ['', false],
  ])('to %s is allowed: %s', (address, allowed) => {
    expect(isRequestAllowed(address)).toBe(allowed)
  })
})

describe('the sender of a message', () => {
  it('is trusted when it is the top frame of our interface', () => {
    expect(isTrustedSender({ url: 'app://hearth/#/chat/1', isTopFrame: true })).toBe(true)
  })

  it.each([
    { url: 'app://hearth/', isTopFrame: false },
    { url: 'https://example.org/', isTopFrame: true },
    { url: 'app://hearth@example.org/', isTopFrame: true },
    { url: '', isTopFrame: true },
  ])('is not trusted: %o', (sender) => {
    expect(isTrustedSender(sender)).toBe(false)
  })
})
