import { describe, expect, it } from 'vitest'
import { parsePort } from './port.ts'

describe('parsePort', () => {
  it('takes whole numbers from 1 to 65535', () => {
    expect(parsePort('1234')).toBe(1234)
    expect(parsePort(' 1 ')).toBe(1)
    expect(parsePort('65535')).toBe(65535)
  })

  it('takes the digits that a Chinese input method writes', () => {
    expect(parsePort('１２３４')).toBe(1234)
  })

  it.each(['', '0', '65536', '123456', '-1', '1.5', '1e3', 'port', '0x10'])('refuses "%s"', (text) => {
    expect(parsePort(text)).toBeNull()
  })
})
