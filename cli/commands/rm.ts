import { EXIT, errorText } from '../errors.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

/**
 * `hearth rm NAME…`: takes models out of the library. One that fails keeps none of the others.
 * @returns the exit code
 */
export async function rm(context: ProgramContext, names: readonly string[]): Promise<number> {
  return withCore(context, 'hearth rm', async (client) => {
    let exitCode: number = EXIT.done
    for (const name of names) {
      try {
        await client.models.remove({ name })
        context.stdout.write(`deleted '${name}'\n`)
      } catch (error) {
        context.stderr.write(errorText(error))
        exitCode = EXIT.failed
      }
    }
    return exitCode
  })
}
