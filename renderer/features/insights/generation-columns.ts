import type { SortKey } from './generations.ts'

/** Width and place of each column; those that matter less leave where there is no room. */
const CLASSES: Record<SortKey, string> = {
  at: 'w-22',
  model: '',
  door: 'hidden w-28 @3xl:table-cell',
  ttft: 'w-20 text-end',
  prefill: 'hidden w-24 text-end @3xl:table-cell',
  decode: 'w-20 text-end @3xl:w-24',
  tokens: 'w-18 text-end @2xl:w-28',
  cached: 'hidden w-30 text-end @4xl:table-cell',
  end: 'w-26 @3xl:w-30',
}

export function columnClass(column: SortKey): string {
  return CLASSES[column]
}
