import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import { addressFromEnvironment, baseUrl, parseAddress } from './address.ts'

describe('an address from the environment', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', null],
    ['0.0.0.0:8080', '0.0.0.0', 8080],
    [':8080', null, 8080],
    ['myserver', 'myserver', null],
    ['http://localhost:9999', 'localhost', 9999],
    ['http://localhost:9999/', 'localhost', 9999],
    ['https://box.example/path?x=1', 'box.example', null],
    ['[::1]:1234', '::1', 1234],
    ['[::1]', '::1', null],
    ['::1', '::1', null],
    ['::', '::', null],
    ['  "0.0.0.0" ', '0.0.0.0', null],
    ["'localhost:0'", 'localhost', 0],
    ['localhost:', 'localhost', null],
  ])('reads %s', (text, host, port) => {
    expect(parseAddress(text, 'OLLAMA_HOST')).toEqual({ host, port })
  })

  it.each(['localhost:99999', 'localhost:http', 'a b', 'user@host:1', '[nonsense]:1'])('refuses %s by name', (text) => {
    expect(() => parseAddress(text, 'OLLAMA_HOST')).toThrow(AppError)
    expect(() => parseAddress(text, 'OLLAMA_HOST')).toThrow(/OLLAMA_HOST/)
  })

  it('takes HEARTH_HOST before OLLAMA_HOST, and nothing from empty ones', () => {
    expect(addressFromEnvironment({ HEARTH_HOST: ':1', OLLAMA_HOST: ':2' })).toEqual({ host: null, port: 1 })
    expect(addressFromEnvironment({ HEARTH_HOST: ' ', OLLAMA_HOST: ':2' })).toEqual({ host: null, port: 2 })
    expect(addressFromEnvironment({})).toEqual({ host: null, port: null })
  })

  it('writes IPv6 with brackets', () => {
    expect(baseUrl('::1', 80)).toBe('http://[::1]:80')
    expect(baseUrl('127.0.0.1', 1234)).toBe('http://127.0.0.1:1234')
  })
})
