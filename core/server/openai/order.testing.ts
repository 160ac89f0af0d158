import type { z } from 'zod'
import type { ChatCompletionChunk } from './chat-schemas.ts'
import type { TextCompletionChunk } from './schemas.ts'

type Chunk = z.infer<typeof ChatCompletionChunk> | z.infer<typeof TextCompletionChunk>

/** What of a request says how its stream has to look. */
interface Asked {
  n?: number | null
  prompt?: unknown
  stream_options?: { include_usage?: boolean | null } | null
}

/**
 * Rules of a stream of chunks beyond the form of each.
 * @throws Error that names the rule
 */
export function checkChunks(chunks: readonly Chunk[], asked: Asked, isWhole: boolean): void {
  const heads = new Set(chunks.map(({ id, model, created }) => `${id} ${model} ${created}`))
  if (heads.size > 1) throw new Error('id, model and created are not the same in all chunks')
  const includeUsage = asked.stream_options?.include_usage === true
  const begun = new Set<number>()
  const ended = new Set<number>()
  const calls = new Set<string>()
  for (const [at, chunk] of chunks.entries()) {
    if ((chunk.usage !== undefined) !== includeUsage)
      throw new Error('usage is there unasked, or missing where asked for')
    const [choice] = chunk.choices
    if (choice === undefined) {
      if (chunk.usage == null) throw new Error('a chunk has neither a choice nor counts')
      if (at !== chunks.length - 1) throw new Error('the counts are not in the last chunk')
      continue
    }
    if (chunk.usage != null) throw new Error('counts stand in a chunk with a choice')
    const { index } = choice
    if (ended.has(index)) throw new Error(`choice ${index} goes on after its end`)
    if ('delta' in choice) {
      if ('role' in choice.delta === begun.has(index)) throw new Error('the role is not in the first delta alone')
      if (choice.finish_reason !== null && Object.keys(choice.delta).length > 0)
        throw new Error('the delta with the finish_reason is not empty')
      const [call] = choice.delta.tool_calls ?? []
      if (call !== undefined) {
        const key = `${index} ${call.index}`
        if ('id' in call === calls.has(key)) throw new Error('a call is not named in its first delta alone')
        calls.add(key)
      }
    }
    begun.add(index)
    if (choice.finish_reason !== null) ended.add(index)
  }
  if (!isWhole) return
  const prompts = Array.isArray(asked.prompt) && typeof asked.prompt[0] !== 'number' ? asked.prompt.length : 1
  if (ended.size !== (asked.n ?? 1) * prompts) throw new Error(`${ended.size} choices have a finish_reason`)
  if (includeUsage && chunks.at(-1)?.usage == null) throw new Error('the counts that were asked for are missing')
}
