import type { GenerationRecord } from '../../../shared/domain/engines.ts'

export const SORT_KEYS = ['at', 'model', 'door', 'ttft', 'prefill', 'decode', 'tokens', 'cached', 'end'] as const
export type SortKey = (typeof SORT_KEYS)[number]

export interface Sort {
  key: SortKey
  descending: boolean
}

/** Sorted by one column; what has no value there comes last either way, and equal ones newest first. */
export function sortGenerations(
  records: readonly GenerationRecord[],
  { key, descending }: Sort,
): readonly GenerationRecord[] {
  return records.toSorted((a, b) => {
    const [left, right] = [valueOf(a, key), valueOf(b, key)]
    if (left === null || right === null) return Number(left === null) - Number(right === null) || b.at - a.at
    const order =
      typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right))
    return (descending ? -order : order) || b.at - a.at
  })
}

/** The same column again turns the order; figures begin with the largest, words with the first letter. */
export function nextSort(now: Sort, key: SortKey): Sort {
  if (now.key === key) return { key, descending: !now.descending }
  return { key, descending: key !== 'model' && key !== 'door' && key !== 'end' }
}

/** How a generation ended: its reason, or `cancelled`, or `failed`. */
export function endOf(record: GenerationRecord): 'stop' | 'length' | 'toolCalls' | 'cancelled' | 'failed' {
  if (record.error !== null) return record.error.code === 'cancelled' ? 'cancelled' : 'failed'
  return record.reason ?? 'cancelled'
}

function valueOf(record: GenerationRecord, key: SortKey): number | string | null {
  switch (key) {
    case 'at':
      return record.at
    case 'model':
      return record.model
    case 'door':
      return record.door
    case 'ttft':
      return record.timings?.ttftMs ?? null
    case 'prefill':
      return record.timings?.prefillTps ?? null
    case 'decode':
      return record.timings?.decodeTps ?? null
    case 'tokens':
      return record.usage?.completion ?? null
    case 'cached':
      return record.usage?.cached ?? null
    case 'end':
      return endOf(record)
  }
}
