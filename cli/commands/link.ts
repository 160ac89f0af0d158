import { AppError } from '../../shared/domain/errors.ts'
import type { ProgramContext } from '../program-context.ts'

/**
 * `hearth link`: a one-time link for one browser, from the server that runs.
 * @throws AppError core_lost when no Hearth runs, invalid_input when its server is off
 */
export async function link(context: ProgramContext): Promise<void> {
  const holder = await context.connectToHolder()
  if (holder === null) {
    throw new AppError({
      code: 'core_lost',
      message: 'No Hearth is running.',
      suggestion: 'Start one with: hearth serve',
    })
  }
  try {
    const { url } = await holder.client.server.createLink()
    context.stdout.write(`${url}\n`)
  } finally {
    await holder.close()
  }
}
