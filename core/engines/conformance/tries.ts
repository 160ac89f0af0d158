import type { GenerationEvent, GenerationRequestInput } from '../../../shared/domain/generation.ts'

/** What a model is asked, and whether what came holds. */
export interface Try {
  asked: string
  request: Omit<GenerationRequestInput, 'model' | 'actor'>
  passed(answer: Answer): boolean
}

/** All that came. */
export interface Answer {
  text: string
  reasoning: string
  calls: { name: string; arguments: string }[]
  reason: string | null
}

/** Tokens of an answer at most: a model that has not come to the point by then will not. */
const SHORT = 128
const LONG = 384

const ask = (content: string, more: Partial<Try['request']> = {}): Try['request'] => ({
  input: { kind: 'messages', messages: [{ role: 'user', content }] },
  sampling: { temperature: 0, seed: 1 },
  maxTokens: SHORT,
  reasoning: { mode: 'off' },
  priority: 'batch',
  ...more,
})

const weather = {
  name: 'get_weather',
  description: 'Tells the present weather of a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', description: 'Name of the city' } },
    required: ['city'],
    additionalProperties: false,
  },
}

/** Answers in JSON hold to a schema. */
export function jsonTry(): Try {
  const asked = 'Tell the name of the capital of France and how many letters that name has, as JSON.'
  const schema = {
    type: 'object',
    properties: { name: { type: 'string', maxLength: 40 }, letters: { type: 'integer' } },
    required: ['name', 'letters'],
    additionalProperties: false,
  }
  return {
    asked,
    request: ask(asked, { constraint: { kind: 'schema', schema } }),
    passed({ text }) {
      const value = parsed(text)
      return (
        typeof value?.['name'] === 'string' && Number.isInteger(value['letters']) && Object.keys(value).length === 2
      )
    },
  }
}

/** A tool is called when it is needed, and when it is demanded. */
export function toolTry(choice: 'auto' | 'forced'): Try {
  const asked = 'What is the weather in Paris now? Use the tool.'
  return {
    asked,
    request: ask(asked, { tools: [weather], toolChoice: choice === 'auto' ? 'auto' : { name: weather.name } }),
    passed: ({ calls }) => calls.length > 0 && calls.every(isWeatherCall),
  }
}

/** Two calls in one answer. */
export function parallelTry(): Try {
  const asked = 'Compare the weather in Paris and in Rome now. Call the tool once for each city, both at once.'
  return {
    asked,
    request: ask(asked, { tools: [weather], toolChoice: 'required', parallelToolCalls: true, maxTokens: 192 }),
    passed: ({ calls }) => calls.length > 1 && calls.every(isWeatherCall),
  }
}

/** What it thinks comes apart from what it answers. */
export function thinkingTry(): Try {
  const asked = 'Think about it first: is 17 a prime number? Answer yes or no.'
  return {
    asked,
    request: ask(asked, { reasoning: { mode: 'on', budgetTokens: LONG / 2 }, maxTokens: LONG }),
    passed: ({ text, reasoning }) => reasoning.trim() !== '' && !hasTags(text),
  }
}

/** What it writes freely, to take a stop string from. */
export function freeTry(): Try {
  const asked = 'Count from one to ten in words.'
  return { asked, request: ask(asked, { maxTokens: 32 }), passed: ({ text }) => text.length > 0 }
}

/** The same again, which must now end before a string of the middle of it. */
export function stopTry(free: string): Try {
  const { asked, request } = freeTry()
  const characters = [...free]
  const middle = Math.floor(characters.length / 2)
  const stop = characters.slice(middle, middle + 3).join('')
  return {
    asked: `${asked} [stop: ${JSON.stringify(stop)}]`,
    request: { ...request, stop: [stop] },
    passed: ({ text, reason }) => reason === 'stop' && !text.includes(stop) && free.startsWith(text),
  }
}

/** Whether thoughts stand in the answer itself. */
export function hasTags(text: string): boolean {
  return /<\/?(think|thinking|thought|reasoning)>|<\|channel\|>/i.test(text)
}

/** Adds an event to what came. Text that is no answer yet, such as progress, is passed over. */
export function addTo(answer: Answer, event: GenerationEvent): void {
  if (event.type === 'text') answer.text += event.text
  if (event.type === 'reasoning') answer.reasoning += event.text
  if (event.type === 'finish') answer.reason = event.reason
  if (event.type !== 'toolCall') return
  const call = (answer.calls[event.index] ??= { name: '', arguments: '' })
  call.name ||= event.name ?? ''
  call.arguments += event.argumentsDelta ?? ''
}

function isWeatherCall(call: Answer['calls'][number]): boolean {
  return call.name === weather.name && typeof parsed(call.arguments)?.['city'] === 'string'
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    // Of an object all that is asked is what its fields are.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
