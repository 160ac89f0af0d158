import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** One line of the settings. */
export interface SettingRow {
  id: string
  label: string
  /** One sentence that explains it. */
  hint?: ReactNode
  /** More words by which the search finds it. */
  keywords?: string
  /** Stands at the right. */
  control?: ReactNode
  /** Stands under label and hint, over the whole width. */
  body?: ReactNode
}

export interface SettingSection {
  id: string
  title: string
  icon: LucideIcon
  rows: SettingRow[]
}

/**
 * The sections with the rows that contain every word of the query in label, explanation or keywords. A section whose
 * title has them all keeps all its rows; one without rows is left out.
 */
export function filterSections(sections: readonly SettingSection[], query: string): SettingSection[] {
  const words = plain(query).split(' ').filter(Boolean)
  if (words.length === 0) return [...sections]
  const hit = (text: string) => words.every((word) => plain(text).includes(word))
  return sections.flatMap((section) => {
    if (hit(section.title)) return [section]
    const rows = section.rows.filter((row) =>
      hit([section.title, row.label, typeof row.hint === 'string' ? row.hint : '', row.keywords ?? ''].join(' ')),
    )
    return rows.length === 0 ? [] : [{ ...section, rows }]
  })
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
}
