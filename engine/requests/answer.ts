import type { EngineToHost, HostToEngine } from '../../shared/process/engine.ts'
import { createPieceCoalescer, eventOf } from '../coalesce.ts'
import { generate } from '../generate.ts'
import type { Ready, Writer } from '../ready.ts'
import { prepare } from './prepare.ts'

type GenerateMessage = Extract<HostToEngine, { type: 'generate' }>

export interface AnswerDeps {
  post: (message: EngineToHost) => void
  /** Resolves when what ran in the background has given its place back. */
  cleared: Promise<void>
  isForgotten: () => boolean
}

/**
 * Renders a request, reads it and writes its answer. What was written before a failure is told before it rejects.
 *
 * @throws AppError of the form, the template or the prompt, or the signal's reason
 */
export async function answerRequest(
  ready: Ready,
  writer: Writer,
  { id, request, priority, owner }: GenerateMessage,
  { post, cleared, isForgotten }: AnswerDeps,
  signal: AbortSignal,
): Promise<void> {
  const { form, prompt } = await prepare(ready, writer, request, signal)
  const answer = form.begin(prompt)
  await cleared
  const pieces = createPieceCoalescer((piece) => post(eventOf(id, piece)))
  try {
    const generated = await generate(writer, {
      ticket: { priority, owner },
      prompt: prompt.tokens,
      answer,
      maxTokens: request.maxTokens ?? Infinity,
      seed: request.seed,
      cacheKey: request.cacheKey ?? null,
      signal,
      isForgotten,
      onPrefill: (done, total, cached) => post({ type: 'prefill', id, done, total, cached }),
      onToken: (written) => pieces.push(written),
      onRest: (written) => pieces.append(written),
    })
    pieces.flush()
    const { reason, cached, cacheSource, completion, timings } = generated
    post({
      type: 'done',
      id,
      reason,
      usage: { prompt: prompt.tokens.length, cached, completion, reasoning: answer.reasoningTokens },
      timings,
      renderedTokens: prompt.tokens.length,
      droppedMessages: prompt.droppedMessages,
      cacheSource,
    })
  } finally {
    // What was computed before a failure is the host's to keep.
    pieces.flush()
  }
}
