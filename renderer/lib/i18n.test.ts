import { expect, it } from 'vitest'
import { resolveLanguage } from './i18n.ts'

it('follows the person before the system', () => {
  expect(resolveLanguage('en', ['zh-CN'])).toBe('en')
  expect(resolveLanguage('zh-CN', ['en-US'])).toBe('zh-CN')
})

it('takes the first language of the system that it speaks', () => {
  expect(resolveLanguage('system', ['de-DE', 'zh-Hans-CN', 'en'])).toBe('zh-CN')
  expect(resolveLanguage('system', ['en-GB', 'zh-CN'])).toBe('en')
})

it('speaks English to everyone else', () => {
  expect(resolveLanguage('system', ['fr-FR'])).toBe('en')
})
