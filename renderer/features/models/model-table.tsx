import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ComponentProps, type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { TableVirtuoso, type TableVirtuosoHandle } from 'react-virtuoso'
import type { EnginesState } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { cn } from '../../lib/cn.ts'
import { type Column, columnClass } from './columns.ts'
import { loadedModel } from './loaded.ts'
import { sortBy, useLibraryView } from './library-view.ts'
import type { ListHandle } from './model-list.tsx'
import { TableCells } from './model-table-cells.tsx'
import type { SortKey } from './sort.ts'

export interface ModelTableProps {
  models: readonly Model[]
  engines: EnginesState | null
  selected: Model | null
  ref: Ref<ListHandle>
}

/** The models as a table; only the rows in sight are drawn, and as many columns as there is room for. */
export function ModelTable({ models, engines, selected, ref }: ModelTableProps) {
  const table = useRef<TableVirtuosoHandle>(null)
  useImperativeHandle(ref, () => ({ show: (index) => table.current?.scrollIntoView({ index }) }), [])
  const place = selected === null ? -1 : models.findIndex((model) => model.name === selected.name)
  useEffect(() => {
    if (place !== -1) table.current?.scrollIntoView({ index: place })
    // What is opened comes into sight; what is sorted or filtered around it leaves the table where it is.
    // eslint-disable-next-line react/exhaustive-deps
  }, [selected?.name])
  return (
    <TableVirtuoso
      ref={table}
      tabIndex={-1}
      className="@container grow"
      data={models}
      context={{ selected: selected?.name ?? null }}
      increaseViewportBy={400}
      components={{ Table, TableRow }}
      computeItemKey={(_, model) => model.name}
      fixedHeaderContent={() => <Head />}
      itemContent={(_, model) => <TableCells model={model} loaded={loadedModel(engines, model)} />}
    />
  )
}

interface Context {
  selected: string | null
}

function Table({ context: _, ...props }: ComponentProps<'table'> & { context?: Context }) {
  const { t } = useTranslation('models')
  return <table {...props} aria-label={t('list')} className="w-full table-fixed border-collapse text-sm" />
}

function TableRow({ context, item, ...props }: ComponentProps<'tr'> & { context?: Context; item: Model }) {
  const selected = context?.selected === item.name
  return (
    <tr
      {...props}
      aria-selected={selected}
      className={cn('group/row h-11 border-b border-line transition-colors hover:bg-tint', selected && 'bg-tint')}
    />
  )
}

function Head() {
  const { t } = useTranslation('models')
  return (
    <tr className="h-9 bg-canvas text-start">
      <Th column="name" sort="name">
        {t('column.name')}
      </Th>
      <Th column="parameters">{t('column.parameters')}</Th>
      <Th column="quantization">{t('column.quantization')}</Th>
      <Th column="size" sort="size">
        {t('column.size')}
      </Th>
      <Th column="context">{t('column.context')}</Th>
      <Th column="speed" sort="speed">
        {t('column.speed')}
      </Th>
      <Th column="lastUsed" sort="lastUsed">
        {t('column.lastUsed')}
      </Th>
      <Th column="capabilities">{t('column.capabilities')}</Th>
      <Th column="fit">{t('column.fit')}</Th>
      <Th column="favourite">
        <span className="sr-only">{t('favourite.title')}</span>
      </Th>
    </tr>
  )
}

function Th({ column, sort, children }: { column: Column; sort?: SortKey; children: ReactNode }) {
  const { sort: sorted, descending } = useLibraryView()
  const active = sort !== undefined && sorted === sort
  const Arrow = descending ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={active ? (descending ? 'descending' : 'ascending') : undefined}
      className={cn(
        'border-b border-line px-2 text-start text-xs font-normal text-ink-2 first:ps-4',
        columnClass(column),
      )}
    >
      {sort === undefined ? (
        <span className="block truncate">{children}</span>
      ) : (
        <button
          type="button"
          onClick={() => sortBy(sort)}
          className={cn(
            '-mx-1 inline-flex h-7 max-w-full items-center gap-1 rounded-sm px-1 hover:text-ink',
            active && 'font-semibold text-ink',
          )}
        >
          <span className="truncate">{children}</span>
          {active && <Arrow aria-hidden="true" className="size-3.5 shrink-0" strokeWidth={1.75} />}
        </button>
      )}
    </th>
  )
}
