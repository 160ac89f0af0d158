import type { z } from 'zod'
import type { OutputItem, ResponseEvent } from './schemas.ts'

type Event = z.infer<typeof ResponseEvent>
type Item = z.infer<typeof OutputItem>

const TERMINAL = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/**
 * Rules of a stream of responses beyond the form of each event.
 * @throws Error that names the rule
 */
export function checkResponseEvents(events: readonly Event[], isWhole: boolean): void {
  const begin = events.slice(0, 2).map(({ type }) => type)
  if (begin.join() !== ['response.created', 'response.in_progress'].slice(0, begin.length).join())
    throw new Error('it does not begin with response.created and response.in_progress')
  const open = new Map<number, { id: string; written: string; wholeText: string | null; parts: number }>()
  const seen = new Set<string>()
  const done: Item[] = []
  for (const [at, event] of events.entries()) {
    if (event.sequence_number !== at) throw new Error(`sequence_number ${event.sequence_number} at place ${at}`)
    if (TERMINAL.has(event.type) !== (at === events.length - 1) && (isWhole || TERMINAL.has(event.type)))
      throw new Error('not exactly one terminal event, at the end')
    if ('item' in event) {
      const { output_index: index, item } = event
      if (event.type === 'response.output_item.added') {
        if (index !== done.length || open.size > 0) throw new Error('an item is added out of turn')
        if (seen.has(item.id)) throw new Error(`the id ${item.id} comes twice`)
        seen.add(item.id)
        open.set(index, { id: item.id, written: '', wholeText: null, parts: 0 })
      } else {
        const added = open.get(index)
        if (added?.id !== item.id) throw new Error('an item is done that was not added')
        if (added.wholeText === null || added.wholeText !== added.written || added.wholeText !== textOf(item))
          throw new Error('the deltas of an item, its done events and the item itself tell different texts')
        if (item.type !== 'function_call' && added.parts !== 2) throw new Error('a part was not added and done')
        if (item.status === 'in_progress') throw new Error('an item is done and in progress')
        open.delete(index)
        done.push(item)
      }
    } else if ('item_id' in event) {
      const added = open.get(event.output_index)
      if (added?.id !== event.item_id) throw new Error(`${event.type} for an item that is not open`)
      if ('part' in event) added.parts++
      if ('delta' in event) added.written += event.delta
      if ('text' in event) added.wholeText = event.text
      if ('arguments' in event) added.wholeText = event.arguments
    }
  }
  const last = events.at(-1)
  if (!isWhole || last === undefined || !('response' in last)) return
  const { status, output } = last.response
  if (`response.${status}` !== last.type) throw new Error('the terminal event and its response disagree')
  if (status === 'failed') return
  if (open.size > 0) throw new Error('an item was added and never done')
  if (JSON.stringify(output) !== JSON.stringify(done)) throw new Error('the response has other items than the stream')
}

function textOf(item: Item): string {
  if (item.type === 'function_call') return item.arguments
  const parts = item.type === 'message' ? item.content : item.summary
  return parts.map(({ text }) => text).join('')
}
