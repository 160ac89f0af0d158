import { expect, it } from 'vitest'
import { isAddressRange, isOrigin, shelfName } from './shelf.ts'

it('a model on the shelf is named by address and port', () => {
  expect(shelfName('http://192.168.1.5:1234', 'smollm2:135m')).toBe('192.168.1.5:1234/library/smollm2:135m')
  expect(shelfName('https://[fd00::5]:1234', 'a/b')).toBe('[fd00::5]:1234/library/a/b')
})

it('addresses and ranges are told from other text', () => {
  for (const text of ['192.168.1.0/24', '10.0.0.7', '0.0.0.0/0', 'fd00::/8', '::1', 'fe80::1/128'])
    expect([text, isAddressRange(text)]).toEqual([text, true])
  const wrong = ['', '192.168.1', '192.168.1.256', '192.168.1.0/33', '10.0.0.0/8/8', '10.0.0.0/', 'box.local', '::g']
  for (const text of [...wrong, 'fd00::/129', '10.0.0.0/-1', '1.2.3.4 '])
    expect([text, isAddressRange(text)]).toEqual([text, false])
})

it('origins of web pages are told from other text', () => {
  for (const text of ['https://chat.example', 'http://10.0.0.7:8080'])
    expect([text, isOrigin(text)]).toEqual([text, true])
  for (const text of [
    'chat.example',
    'https://chat.example/',
    'https://chat.example/x',
    'null',
    '*',
    'file://',
    'ftp://x',
  ])
    expect([text, isOrigin(text)]).toEqual([text, false])
})
