import { useId } from 'react'
import type { SettingRow, SettingSection } from './rows.ts'

/** One section: its title and its rows. */
export function SectionView({ section }: { section: SettingSection }) {
  const titleId = useId()
  return (
    <section aria-labelledby={titleId}>
      <h2 id={titleId} className="pb-2 text-lg font-semibold">
        {section.title}
      </h2>
      <div className="divide-y divide-line">
        {section.rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </div>
    </section>
  )
}

function Row({ row }: { row: SettingRow }) {
  return (
    <div className="flex flex-col gap-3 py-4">
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-semibold">{row.label}</p>
          {row.hint !== undefined && <div className="mt-0.5 text-sm leading-prose text-ink-2">{row.hint}</div>}
        </div>
        {row.control !== undefined && row.control !== false && <div className="shrink-0">{row.control}</div>}
      </div>
      {row.body}
    </div>
  )
}
