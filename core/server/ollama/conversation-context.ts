import { z } from 'zod'
import { PromptMessage } from '../../../shared/domain/generation.ts'
import { wrong } from '../answering/parameters.ts'

/**
 * The `context` of `/api/generate`, which clients hand back as they got it. Ollama's are the tokens of the conversation,
 * which can't tell who said what; ours are the bytes of its messages, behind this mark.
 */
const MARK = [72, 114, 116, 104, 1]

const Messages = z.array(PromptMessage)

export function writeContext(messages: readonly PromptMessage[]): number[] {
  return [...MARK, ...Buffer.from(JSON.stringify(messages))]
}

/** @throws AppError invalid_input for what this server did not write */
export function readContext(context: readonly number[]): PromptMessage[] {
  const foreign = wrong('context', 'it is not one that this server returned')
  if (!MARK.every((value, index) => context[index] === value)) throw foreign
  const bytes = context.slice(MARK.length)
  if (bytes.some((value) => value < 0 || value > 255)) throw foreign
  try {
    return Messages.parse(JSON.parse(Buffer.from(bytes).toString()))
  } catch {
    throw foreign
  }
}
