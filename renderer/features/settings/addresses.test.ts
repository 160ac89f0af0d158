import { describe, expect, it } from 'vitest'
import { parseAddress, parsePath, speedChoices } from './addresses.ts'

describe('an address that is typed', () => {
  it.each([
    ['https://hf-mirror.com/', 'https://hf-mirror.com'],
    [' hf-mirror.com ', 'https://hf-mirror.com'],
    ['http://10.0.0.5:5000/ollama/', 'http://10.0.0.5:5000/ollama'],
    ['localhost:8080', 'https://localhost:8080'],
    ['', null],
    ['   ', null],
  ])('%o means %o', (typed, address) => expect(parseAddress(typed, 'https')).toBe(address))

  it('gets the scheme that is usual for it', () => {
    expect(parseAddress('proxy:3128', 'http')).toBe('http://proxy:3128')
  })

  it.each(['ftp://x', 'file:///etc/passwd', 'https://', 'http://a b', 'socks5://x:1'])('%o is none', (typed) => {
    expect(parseAddress(typed, 'https')).toBeUndefined()
  })
})

describe('a path that is typed', () => {
  it.each([
    [' /etc/ssl/company.pem ', '/etc/ssl/company.pem'],
    ['"C:\\My certificates\\a.pem"', 'C:\\My certificates\\a.pem'],
    ['\\\\server\\share\\a.pem', '\\\\server\\share\\a.pem'],
    ['', null],
    ['company.pem', undefined],
    ['../a.pem', undefined],
  ])('%o means %o', (typed, path) => expect(parsePath(typed)).toBe(path))
})

describe('the choices of a speed limit', () => {
  it('begin with none and hold the one that is set', () => {
    expect(speedChoices(null)[0]).toBeNull()
    expect(speedChoices(5e6)).toHaveLength(speedChoices(null).length)
    expect(speedChoices(3e6)).toEqual([null, 1e6, 2e6, 3e6, 5e6, 10e6, 20e6, 50e6])
  })
})
