import { ArrowDown, ArrowUp, History } from 'lucide-react'
import { type ComponentProps, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TableVirtuoso } from 'react-virtuoso'
import type { GenerationRecord } from '../../../shared/domain/engines.ts'
import { Card } from '../../components/ui/card.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { cn } from '../../lib/cn.ts'
import { GenerationCells } from './generation-cells.tsx'
import { columnClass } from './generation-columns.ts'
import { GenerationDialog } from './generation-dialog.tsx'
import { nextSort, type Sort, SORT_KEYS, sortGenerations, type SortKey } from './generations.ts'

export interface GenerationsCardProps {
  records: readonly GenerationRecord[]
  /** What scrolls the page; the rows in its sight are drawn. */
  scroller: HTMLElement | null
}

/** The last generations with what was measured. What was said is not known here. */
export function GenerationsCard({ records, scroller }: GenerationsCardProps) {
  const { t } = useTranslation('insights')
  const [sort, setSort] = useState<Sort>({ key: 'at', descending: true })
  const [opened, setOpened] = useState<GenerationRecord | null>(null)
  const rows = useMemo(() => sortGenerations(records, sort), [records, sort])
  return (
    <Card role="group" aria-label={t('generations.title')}>
      <div className="flex min-h-12.5 flex-wrap items-center gap-x-2.5 px-4 py-2">
        <h2 className="text-base font-semibold">{t('generations.title')}</h2>
        {records.length > 0 && <span className="tabular text-ink-3">{records.length}</span>}
        <span className="ms-auto text-sm text-ink-3">{t('generations.notKept')}</span>
      </div>
      {records.length === 0 ? (
        <div className="border-t border-line">
          <EmptyState icon={History} title={t('generations.empty')} description={t('generations.emptyHint')} />
        </div>
      ) : (
        scroller !== null && (
          <TableVirtuoso
            tabIndex={-1}
            className="border-t border-line"
            customScrollParent={scroller}
            data={rows}
            increaseViewportBy={400}
            components={{ Table, TableRow }}
            computeItemKey={(_, record) => record.id}
            fixedHeaderContent={() => <Head sort={sort} onSort={(key) => setSort((now) => nextSort(now, key))} />}
            itemContent={(_, record) => <GenerationCells record={record} onOpen={() => setOpened(record)} />}
          />
        )
      )}
      {opened !== null && <GenerationDialog record={opened} onClose={() => setOpened(null)} />}
    </Card>
  )
}

function Table(props: ComponentProps<'table'>) {
  const { t } = useTranslation('insights')
  return <table {...props} aria-label={t('generations.title')} className="w-full table-fixed border-collapse text-sm" />
}

function TableRow({ item: _, ...props }: ComponentProps<'tr'> & { item: GenerationRecord }) {
  return <tr {...props} className="h-9.5 border-t border-line transition-colors hover:bg-tint" />
}

function Head({ sort, onSort }: { sort: Sort; onSort: (key: SortKey) => void }) {
  const { t } = useTranslation('insights')
  const Arrow = sort.descending ? ArrowDown : ArrowUp
  return (
    <tr className="h-8 bg-surface">
      {SORT_KEYS.map((key) => {
        const active = sort.key === key
        return (
          <th
            key={key}
            scope="col"
            aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : undefined}
            className={cn('px-2 text-start text-xs font-normal first:ps-4 last:pe-4', columnClass(key))}
          >
            <button
              type="button"
              className={cn(
                '-mx-1 inline-flex h-7 max-w-full items-center gap-1 rounded-sm px-1 text-ink-2 hover:text-ink',
                active && 'font-semibold text-ink',
              )}
              onClick={() => onSort(key)}
            >
              <span className="truncate">{t(`column.${key}`)}</span>
              {active && <Arrow aria-hidden="true" className="size-3.5 shrink-0" strokeWidth={1.75} />}
            </button>
          </th>
        )
      })}
    </tr>
  )
}
