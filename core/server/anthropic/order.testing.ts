import type { z } from 'zod'
import type { MessageEvent } from './schemas.ts'

type Event = z.infer<typeof MessageEvent>

const DELTAS: Record<string, readonly string[]> = {
  text: ['text_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
}

/**
 * Rules of a stream of a message beyond the form of each event.
 * @throws Error that names the rule
 */
export function checkMessageEvents(all: readonly Event[], isWhole: boolean): void {
  const events = all.filter(({ type }) => type !== 'ping')
  const last = events.at(-1)
  const failed = last?.type === 'error'
  if (events.slice(0, -1).some(({ type }) => type === 'error')) throw new Error('an error is not the last event')
  if (!failed && events.length > 0 && events[0]?.type !== 'message_start')
    throw new Error('it does not begin with message_start')
  let open: { index: number; type: string; json: string } | null = null
  let blocks = 0
  let deltas = 0
  for (const [at, event] of events.entries()) {
    if (deltas > 0 && event.type !== 'message_stop' && event.type !== 'error')
      throw new Error(`${event.type} after message_delta`)
    switch (event.type) {
      case 'message_start':
        if (at > 0) throw new Error('message_start comes twice')
        break
      case 'content_block_start':
        if (open !== null) throw new Error('a block begins in another one')
        if (event.index !== blocks) throw new Error(`block ${event.index} at place ${blocks}`)
        blocks++
        open = { index: event.index, type: event.content_block.type, json: '' }
        break
      case 'content_block_delta':
        if (open?.index !== event.index) throw new Error('a delta for a block that is not open')
        if (DELTAS[open.type]?.includes(event.delta.type) !== true)
          throw new Error(`${event.delta.type} in a block of the type ${open.type}`)
        if (event.delta.type === 'input_json_delta') open.json += event.delta.partial_json
        break
      case 'content_block_stop':
        if (open?.index !== event.index) throw new Error('a block is stopped that is not open')
        open = null
        break
      case 'message_delta':
        if (open !== null) throw new Error('message_delta in a block')
        deltas++
        break
      case 'message_stop':
        if (deltas !== 1 || at !== events.length - 1) throw new Error('message_stop is out of turn')
        break
      case 'ping':
      case 'error':
    }
  }
  if (isWhole && !failed && last?.type !== 'message_stop') throw new Error('it does not end with message_stop')
}
