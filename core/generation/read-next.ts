import type { GenerationEvent, GenerationRequestInput } from '../../shared/domain/generation.ts'
import type { Generate } from './generate.ts'
import type { ReadAhead } from './read-ahead.ts'

/** Whoever asks again at once is not to wait for it, ms. */
const REST_MS = 100

/**
 * After an answer in a conversation, reads what the next message will begin with, while nobody asks for anything: the
 * answer as the template repeats it (without its thoughts, where it drops them) and the marks up to the next question.
 */
export function createReadNext(generate: Generate, readAhead: ReadAhead): Generate {
  let timer: NodeJS.Timeout | undefined
  return async function* readNext(request, signal) {
    clearTimeout(timer)
    let answer = ''
    for await (const event of generate(request, signal)) {
      if (event.type === 'text') answer += event.text
      const next = event.type === 'finish' ? nextOf(request, answer, event) : null
      if (next !== null) {
        clearTimeout(timer)
        timer = setTimeout(() => void readAhead(next), REST_MS)
        timer.unref()
      }
      // Last, because whoever listens may stop listening at the end.
      yield event
    }
  }
}

/**
 * The conversation as it will go on; null where that is not certain, for batch jobs, which are no conversations, and for
 * a chat of Hearth's own, which may be erased at any moment and is read ahead when its person begins to write.
 */
function nextOf(
  request: GenerationRequestInput,
  answer: string,
  { reason }: Extract<GenerationEvent, { type: 'finish' }>,
): GenerationRequestInput | null {
  const { input, choices = 1, cacheKey, priority } = request
  if (input.kind !== 'messages' || choices > 1 || cacheKey !== undefined || priority === 'batch') return null
  // An answer that was begun by the request is not known as a whole here.
  const isContinued = input.messages.at(-1)?.role === 'assistant'
  if (answer === '' || reason === 'toolCalls' || isContinued) return null
  const messages = [
    ...input.messages,
    { role: 'assistant' as const, content: answer },
    { role: 'user' as const, content: '' },
  ]
  return { ...request, input: { kind: 'messages', messages } }
}
