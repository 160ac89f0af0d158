import { AppError } from '../../shared/domain/errors.ts'
import { statistics, streamAnswer } from '../answer.ts'
import { converse } from '../converse.ts'
import { EXIT } from '../errors.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

export interface RunOptions {
  verbose: boolean
}

/**
 * `hearth run MODEL [PROMPT…]`: one answer for a prompt that was given or piped in, a conversation without one.
 * @returns the exit code
 * @throws AppError
 */
export async function run(
  context: ProgramContext,
  model: string,
  words: readonly string[],
  options: RunOptions,
): Promise<number> {
  const interactive = words.length === 0 && context.stdin.isTTY === true
  if (interactive) return withCore(context, 'hearth run', (client) => converse(client, context, model, options))
  const prompt = [words.join(' '), (await context.pipedPrompt(words.length > 0)) ?? '']
    .filter((part) => part.trim() !== '')
    .join('\n\n')
  if (prompt === '') {
    throw new AppError({
      code: 'invalid_input',
      message: 'There is no prompt.',
      suggestion: `Write it behind the model, as in: hearth run ${model} "Why is the sky blue?"`,
    })
  }
  const interrupt = new AbortController()
  const leave = context.onStopSignal(() => interrupt.abort())
  try {
    return await withCore(context, 'hearth run', async (client) => {
      const { text, finish } = await streamAnswer(
        client,
        context,
        { model, messages: [{ role: 'user', content: prompt }] },
        interrupt.signal,
      )
      if (!text.endsWith('\n')) context.stdout.write('\n')
      if (finish !== null && options.verbose) context.stderr.write(statistics(finish))
      return interrupt.signal.aborted ? EXIT.interrupted : EXIT.done
    })
  } finally {
    leave()
  }
}
