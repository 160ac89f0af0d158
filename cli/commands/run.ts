import { AppError } from '../../shared/domain/errors.ts'
import { statistics, streamAnswer } from '../answer.ts'
import { converse } from '../converse.ts'
import { EXIT } from '../errors.ts'
import { interruptible } from '../interruptible.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'
import { obtainModel } from '../pull-model.ts'
import { type RunFlags, toAnswerOptions } from '../run-options.ts'

/**
 * `hearth run MODEL [PROMPT…]`: one answer for a prompt that was given or piped in, a conversation without one. A model
 * that is not here is fetched first.
 * @returns the exit code
 * @throws AppError
 */
export async function run(
  context: ProgramContext,
  name: string,
  words: readonly string[],
  flags: RunFlags,
): Promise<number> {
  const verbose = flags.verbose ?? false
  const options = await toAnswerOptions(flags, context.cwd)
  const interactive = words.length === 0 && context.stdin.isTTY === true
  if (interactive) {
    return withCore(context, 'hearth run', async (client) => {
      const model = await interruptible(context, (signal) =>
        obtainModel(client, context, { name, output: context.stderr }, signal),
      )
      return model === null ? EXIT.interrupted : converse(client, context, model, { verbose, options })
    })
  }
  const prompt = [words.join(' '), (await context.pipedPrompt(words.length > 0)) ?? '']
    .filter((part) => part.trim() !== '')
    .join('\n\n')
  if (prompt === '') {
    throw new AppError({
      code: 'invalid_input',
      message: 'There is no prompt.',
      suggestion: `Write it behind the model, as in: hearth run ${name} "Why is the sky blue?"`,
    })
  }
  return interruptible(context, (signal) =>
    withCore(context, 'hearth run', async (client) => {
      const model = await obtainModel(client, context, { name, output: context.stderr }, signal)
      if (model === null) return EXIT.interrupted
      const { text, finish } = await streamAnswer(
        client,
        context,
        { model, messages: [{ role: 'user', content: prompt }], options },
        signal,
      )
      if (!text.endsWith('\n')) context.stdout.write('\n')
      if (finish !== null && verbose) context.stderr.write(statistics(finish))
      return signal.aborted ? EXIT.interrupted : EXIT.done
    }),
  )
}
