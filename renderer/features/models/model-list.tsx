import { type ComponentProps, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { EnginesState } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { loadedModel } from './loaded.ts'
import { ModelRow } from './model-row.tsx'

/** What the keyboard needs of a list that draws only what is in sight. */
export interface ListHandle {
  /** Brings a row into sight. */
  show(index: number): void
}

export interface ModelListProps {
  models: readonly Model[]
  engines: EnginesState | null
  selected: Model | null
  ref: Ref<ListHandle>
}

/** The models as rows; only those in sight are drawn. */
export function ModelList({ models, engines, selected, ref }: ModelListProps) {
  const list = useRef<VirtuosoHandle>(null)
  useImperativeHandle(ref, () => ({ show: (index) => list.current?.scrollIntoView({ index }) }), [])
  const place = selected === null ? -1 : models.findIndex((model) => model.name === selected.name)
  const [first] = useState(place)
  useEffect(() => {
    if (place !== -1) list.current?.scrollIntoView({ index: place })
    // What is opened comes into sight; what is sorted or filtered around it leaves the list where it is.
    // eslint-disable-next-line react/exhaustive-deps
  }, [selected?.name])
  return (
    <Virtuoso
      ref={list}
      tabIndex={-1}
      {...(first > 0 ? { initialTopMostItemIndex: { index: first, align: 'center' as const } } : {})}
      className="grow"
      data={models}
      increaseViewportBy={600}
      components={{ List: Rows, Item: Row }}
      computeItemKey={(_, model) => model.name}
      itemContent={(_, model) => (
        <ModelRow model={model} loaded={loadedModel(engines, model)} selected={model === selected} />
      )}
    />
  )
}

function Rows({ context: _, ...props }: ComponentProps<'ul'> & { context?: unknown }) {
  const { t } = useTranslation('models')
  return <ul {...props} aria-label={t('list')} />
}

function Row({ context: _, item: __, ...props }: ComponentProps<'li'> & { context?: unknown; item?: unknown }) {
  return <li {...props} />
}
