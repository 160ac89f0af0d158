import { AppError } from '../shared/domain/errors.ts'
import type { Client } from './client.ts'
import { infoOf } from './errors.ts'
import type { Output, ProgramContext } from './program-context.ts'
import { createPullReport } from './pull-report.ts'
import { untilAborted } from './until-aborted.ts'

/**
 * Fetches a model by the name that people type and tells how far it is.
 *
 * @param output where to tell it
 * @returns the name that it has in the library; null when it was interrupted: what was fetched is kept then
 * @throws AppError as the hubs and downloads
 */
export async function pullModel(
  client: Client,
  context: Pick<ProgramContext, 'stderr'>,
  { name, output }: { name: string; output: Output },
  signal: AbortSignal,
): Promise<string | null> {
  const report = createPullReport(output)
  let id: string | null = null
  let model: string | null = null
  try {
    for await (const event of untilAborted(await client.downloads.pull({ name }, { signal }), signal)) {
      if (event.type === 'progress') id = event.download.id
      if (event.type === 'success') model = event.model
      report.tell(event)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    report.end()
  }
  if (model !== null) return model
  if (!signal.aborted) {
    throw new AppError({ code: 'internal', message: `Fetching "${name}" ended early.`, suggestion: 'Try again.' })
  }
  // A running app would go on with it.
  const stopped = id === null || (await isPaused(client, id))
  context.stderr.write(
    stopped
      ? `Stopped. What was fetched is kept; go on with: hearth pull ${name}\n`
      : `Hearth goes on with it. See how far it is with: hearth downloads\n`,
  )
  return null
}

/**
 * The name under which a model is in the library; one that is not there is fetched first.
 *
 * @param output where to tell how that goes
 * @returns null when it was interrupted
 * @throws AppError model_not_found with why it could not be fetched
 */
export async function obtainModel(
  client: Client,
  context: Pick<ProgramContext, 'stderr'>,
  { name, output }: { name: string; output: Output },
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return (await client.models.show({ name }, { signal })).model.name
  } catch (error) {
    if (signal.aborted) return null
    if (infoOf(error).code !== 'model_not_found') throw error
  }
  try {
    return await pullModel(client, context, { name, output }, signal)
  } catch (error) {
    const info = infoOf(error)
    throw new AppError({ ...info, message: `There is no model "${name}" on this computer. ${info.message}` })
  }
}

async function isPaused(client: Client, id: string): Promise<boolean> {
  return client.downloads.pause({ id }).then(
    () => true,
    () => false,
  )
}
