import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { ErrorCode, type ErrorInfo } from '../../shared/domain/errors.ts'
import en from '../../resources/locales/en/errors.json' with { type: 'json' }
import zh from '../../resources/locales/zh-CN/errors.json' with { type: 'json' }
import { errorInfo, errorText } from './errors.ts'

function lookupIn(sentences: Record<string, Record<string, string>>) {
  return (key: string) => {
    const [code = '', part = ''] = key.split('.')
    return sentences[code]?.[part]
  }
}

describe('the words for an error', () => {
  it('hold its facts', () => {
    const info: ErrorInfo = { code: 'port_in_use', message: 'taken', data: { port: 1234 } }
    expect(errorText(info, lookupIn(en)).title).toBe('Port 1234 is in use by another program.')
    expect(errorText(info, lookupIn(zh)).title).toContain('1234')
  })

  it('do without a fact that is missing, and never show a placeholder', () => {
    const info: ErrorInfo = { code: 'port_in_use', message: 'Some port is taken.' }
    expect(errorText(info, lookupIn(en)).title).toBe('Some port is taken.')
    expect(errorText(info, lookupIn(zh)).title).toBe('端口已被其他程序占用。')
  })

  it('are the error’s own where there is no translation', () => {
    const info: ErrorInfo = { code: 'disk_full', message: 'Full.', suggestion: 'Free some space.' }
    expect(errorText(info, () => undefined)).toEqual({ title: 'Full.', suggestion: 'Free some space.' })
  })

  it.each(ErrorCode.options)('exist in both languages for %s, with something to do', (code) => {
    const info: ErrorInfo = { code, message: 'What happened.', suggestion: 'What to do.' }
    for (const sentences of [en, zh]) {
      const { title, suggestion } = errorText(info, lookupIn(sentences))
      expect(title).not.toMatch(/\{\{|^$/)
      expect(suggestion).not.toMatch(/\{\{|^$/)
    }
    expect(Object.keys(zh)).toContain(code)
    expect(Object.keys(en)).toContain(code)
  })
})

describe('what a call threw', () => {
  it('is the error of the core, unwrapped', () => {
    const data: ErrorInfo = { code: 'queue_full', message: 'Full.', data: { waiting: 10 } }
    expect(errorInfo(new ORPCError('APP_ERROR', { data }))).toEqual(data)
  })

  it('is an internal error when the core did not mean it', () => {
    expect(errorInfo(new ORPCError('INTERNAL_SERVER_ERROR', { message: 'boom' }))).toEqual({
      code: 'internal',
      message: 'boom',
    })
    expect(errorInfo(new ORPCError('APP_ERROR', { data: { code: 'no such code' } })).code).toBe('internal')
  })
})
