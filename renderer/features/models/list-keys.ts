import type { KeyboardEvent, RefObject } from 'react'
import type { Model } from '../../../shared/domain/models.ts'
import { navigate } from '../../lib/router.ts'
import type { ListHandle } from './model-list.tsx'
import { canRemove } from './removal.ts'
import { useRemoveModel } from './use-remove-model.ts'
import { useSystemInfo } from '../../lib/state/system.ts'

export interface ListKeysOptions {
  /** In the order in which they are shown. */
  models: readonly Model[]
  shown: Model | null
  list: RefObject<ListHandle | null>
  /** Whether moving opens what it comes to; not where the detail covers the list. */
  open: boolean
}

/** The arrows, Home, End and Delete in the list or table of models. */
export function useListKeys({ models, shown, list, open }: ListKeysOptions): (event: KeyboardEvent) => void {
  const remove = useRemoveModel()
  const local = useSystemInfo().value?.access === 'local'

  const goTo = (index: number): void => {
    const model = models[index]
    if (model === undefined) return
    list.current?.show(index)
    if (open) navigate({ page: 'models', name: model.name }, { replace: true })
    focusRow(model.name)
  }

  return (event) => {
    const { key, target, altKey, ctrlKey, metaKey } = event
    if (event.defaultPrevented || altKey || ctrlKey || metaKey || !(target instanceof HTMLElement)) return
    const name = target.dataset.model
    const inSearch = target instanceof HTMLInputElement
    if (name === undefined && !(inSearch && key === 'ArrowDown')) return
    const place = models.findIndex((model) => model.name === (name ?? shown?.name))
    const to = nextIndex(key, inSearch ? Math.max(-1, place - 1) : place, models.length)
    if (to !== null) {
      event.preventDefault()
      goTo(to)
    } else if (key === 'Delete') {
      const model = models[place]
      if (model !== undefined && local && canRemove(model)) remove(model)
    }
  }
}

/** Where a key leads in a list of `count` rows; null where it leads nowhere. */
export function nextIndex(key: string, place: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return place + 1 < count ? place + 1 : null
    case 'ArrowUp':
      return place > 0 ? place - 1 : null
    case 'Home':
      return count > 0 ? 0 : null
    case 'End':
      return count > 0 ? count - 1 : null
    default:
      return null
  }
}

/** A row that was out of sight is drawn a frame or two after it was asked for. */
function focusRow(name: string, attempts = 10): void {
  const row = document.querySelector<HTMLElement>(`[data-model="${CSS.escape(name)}"]`)
  if (row !== null) row.focus()
  else if (attempts > 0) requestAnimationFrame(() => focusRow(name, attempts - 1))
}
