import type { z } from 'zod'
import type { StudioChatEvent } from './schemas.ts'

type Event = z.infer<typeof StudioChatEvent>

/**
 * Rules of a stream of LM Studio's newer API beyond the form of each event.
 * @throws Error that names the rule
 */
export function checkStudioEvents(events: readonly Event[], isWhole: boolean): void {
  if (events.length > 0 && events[0]?.type !== 'chat.start') throw new Error('it does not begin with chat.start')
  const parts: { type: string; content: string }[] = []
  let phase: string | null = null
  let failed = false
  for (const [at, event] of events.entries()) {
    const [name = '', step = ''] = event.type.split('.')
    if (event.type === 'chat.start') {
      if (at > 0) throw new Error('chat.start comes twice')
    } else if (event.type === 'chat.end') {
      if (at !== events.length - 1) throw new Error('chat.end is not the last event')
      if (phase !== null && !failed) throw new Error(`chat.end in ${phase}`)
      if (JSON.stringify(event.result.output) !== JSON.stringify(parts))
        throw new Error('the result has another text than the stream')
      if (failed && event.result.response_id !== undefined) throw new Error('an answer that broke off has an id')
    } else if (event.type === 'error') failed = true
    else if (failed) throw new Error(`${event.type} after an error`)
    else if (step === 'start') {
      if (phase !== null) throw new Error(`${name} begins in ${phase}`)
      phase = name
      if (name === 'message' || name === 'reasoning') parts.push({ type: name, content: '' })
    } else {
      if (phase !== name) throw new Error(`${event.type} in ${phase ?? 'nothing'}`)
      const part = parts.at(-1)
      if ('content' in event && part !== undefined) part.content += event.content
      if (step === 'end') phase = null
    }
  }
  if (isWhole && events.at(-1)?.type !== 'chat.end') throw new Error('it does not end with chat.end')
}
