import { EXIT } from '../errors.ts'
import { interruptible } from '../interruptible.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'
import { pullModel } from '../pull-model.ts'

/**
 * `hearth pull NAME`: fetches a model, with a bar on a terminal and plain lines in a pipe.
 * @returns the exit code
 * @throws AppError as the hubs and downloads
 */
export async function pull(context: ProgramContext, name: string): Promise<number> {
  const { stdout, stderr } = context
  const output =
    stdout.isTTY === true && stderr.isTTY === true ? stderr : { write: (text: string) => stdout.write(text) }
  const model = await interruptible(context, (signal) =>
    withCore(context, 'hearth pull', (client) => pullModel(client, context, { name, output }, signal)),
  )
  return model === null ? EXIT.interrupted : EXIT.done
}
