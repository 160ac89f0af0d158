import { Settings2 } from 'lucide-react'
import { describe, expect, it } from 'vitest'
import { filterSections, type SettingSection } from './rows.ts'

const sections: SettingSection[] = [
  {
    id: 'general',
    title: 'General',
    icon: Settings2,
    rows: [
      { id: 'language', label: 'Language', hint: 'Of the window and its menus.', keywords: '简体中文 english' },
      { id: 'theme', label: 'Theme' },
    ],
  },
  {
    id: 'server',
    title: 'Server',
    icon: Settings2,
    rows: [{ id: 'port', label: 'Port', hint: 'Where programs find it.' }],
  },
]
const found = (query: string) =>
  filterSections(sections, query).map(({ id, rows }) => [id, ...rows.map((row) => row.id)])

describe('filterSections', () => {
  it('leaves everything for an empty search', () => {
    expect(found(' ')).toEqual([
      ['general', 'language', 'theme'],
      ['server', 'port'],
    ])
  })

  it('finds rows by label, explanation and keyword', () => {
    expect(found('THEME')).toEqual([['general', 'theme']])
    expect(found('programs')).toEqual([['server', 'port']])
    expect(found('中文')).toEqual([['general', 'language']])
  })

  it('takes the words of section and row together', () => {
    expect(found('server port')).toEqual([['server', 'port']])
    expect(found('general port')).toEqual([])
  })

  it('keeps a whole section that is named', () => {
    expect(found('general')).toEqual([['general', 'language', 'theme']])
  })
})
