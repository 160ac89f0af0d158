import { AppError } from '../shared/domain/errors.ts'
import type { FinishEvent, PromptMessage } from '../shared/domain/generation.ts'
import type { Client } from './client.ts'
import { formatMs } from './format.ts'
import type { ProgramContext } from './program-context.ts'
import { createProgress } from './progress.ts'
import type { AnswerOptions } from './run-options.ts'
import { createThoughts } from './thoughts.ts'

export interface Answer {
  /** All that was written, also when it was stopped. */
  text: string
  /** Null when it was stopped. */
  finish: FinishEvent | null
}

export interface Question {
  model: string
  messages: PromptMessage[]
  /** The same for all turns of a conversation, so that its beginning is not read again. */
  cacheKey?: string
  options: AnswerOptions
}

/**
 * Asks a model and writes the answer to the standard output as it comes; what it thinks goes to the error output.
 * @throws AppError; not when the signal stopped it
 */
export async function streamAnswer(
  client: Client,
  { stdout, stderr }: Pick<ProgramContext, 'stdout' | 'stderr'>,
  { model, messages, cacheKey, options }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const progress = createProgress(stderr)
  const thoughts = createThoughts(stderr)
  let text = ''
  let finish: FinishEvent | null = null
  try {
    const events = await client.engines.generate(
      { model, input: { kind: 'messages', messages }, ...options, ...(cacheKey === undefined ? {} : { cacheKey }) },
      { signal },
    )
    for await (const event of events) {
      if (event.type === 'text') {
        progress.clear()
        thoughts.end()
        text += event.text
        stdout.write(event.text)
      } else if (event.type === 'reasoning') {
        progress.clear()
        thoughts.write(event.text)
      } else if (event.type === 'loading') progress.show(`Loading ${model}: ${Math.round(event.progress * 100)}%`)
      else if (event.type === 'queued') progress.show(`Waiting: ${event.position} before you`)
      else if (event.type === 'finish') finish = event
      else if (event.type === 'error') throw new AppError(event.error)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    progress.clear()
    thoughts.end()
  }
  const dropped = finish?.trace.droppedMessages ?? 0
  if (dropped > 0)
    stderr.write(`\nThe conversation is longer than the context: the ${dropped} oldest messages were left out.\n`)
  return { text, finish: signal.aborted ? null : finish }
}

/** What `--verbose` tells about an answer: measured figures only. */
export function statistics({ usage, timings, reason }: FinishEvent): string {
  const speed = (tps: number | null) => (tps === null ? '' : `, ${tps.toFixed(1)} tokens/s`)
  const lines = [
    `load:        ${formatMs(timings.loadMs)}`,
    `prompt:      ${usage.prompt} tokens (${usage.cached} cached)${speed(timings.prefillTps)}`,
    ...(timings.ttftMs === null ? [] : [`first token: ${formatMs(timings.ttftMs)}`]),
    `answer:      ${usage.completion} tokens${speed(timings.decodeTps)}`,
    ...(reason === 'length' ? ['The answer was cut off: the context is full.'] : []),
  ]
  return `${lines.join('\n')}\n`
}
