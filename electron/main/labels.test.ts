import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readLabels, systemLocale, uiLanguage } from './labels.ts'

const resources = fileURLToPath(new URL('../../resources', import.meta.url))

describe('the words of menus and dialogs', () => {
  it.each(['en', 'zh-CN'] as const)('are complete in %s', (language) => {
    const labels = readLabels(resources, language)
    expect(Object.values(labels).filter((label) => label.trim() === '')).toEqual([])
  })

  it('follow what the person chose, and else the system', () => {
    expect(uiLanguage('zh-CN', 'de-DE')).toBe('zh-CN')
    expect(uiLanguage('en', 'zh-CN')).toBe('en')
    expect(uiLanguage('system', 'zh-Hans-CN')).toBe('zh-CN')
    expect(uiLanguage('system', 'zh_TW')).toBe('zh-CN')
    expect(uiLanguage('system', 'de-DE')).toBe('en')
  })

  it('are English where the system names no language', () => {
    expect(systemLocale(['c'])).toBe('en')
    expect(systemLocale([])).toBe('en')
    expect(systemLocale(['c', 'zh_CN', 'en'])).toBe('zh-CN')
  })
})
