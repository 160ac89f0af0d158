/** From which width of the table on a column is shown; the name always is. */
const CLASSES = {
  name: '',
  parameters: 'hidden @2xl:table-cell w-26',
  quantization: 'hidden @lg:table-cell w-24',
  size: 'w-20',
  context: 'hidden @4xl:table-cell w-17',
  speed: 'hidden @md:table-cell w-29',
  lastUsed: 'hidden @3xl:table-cell w-24',
  capabilities: 'hidden @5xl:table-cell w-20',
  fit: 'hidden @xl:table-cell w-31',
  favourite: 'w-11',
}
export type Column = keyof typeof CLASSES

/** The classes of a column's cells: its width, and when there is room for it. */
export function columnClass(column: Column): string {
  return CLASSES[column]
}
