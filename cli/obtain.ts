import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from './client.ts'
import { infoOf } from './errors.ts'
import type { ProgramContext } from './program-context.ts'

/** A core that took the folder a moment ago opens its door within this time. */
const DOOR_OPENS_MS = 5000
const RETRY_MS = 100

/**
 * A core for one command: the one that holds the data folder, or else one in this process.
 * @param program the command, as the next one is told that finds the folder held
 * @throws AppError folder_held, folder_read_only, database_damaged
 */
export async function obtainCore(context: ProgramContext, program: string): Promise<Connection> {
  const holder = await context.connectToHolder()
  if (holder !== null) return holder
  try {
    return await context.startCore({ program, headless: null })
  } catch (error) {
    if (infoOf(error).code !== 'folder_held') throw error
    for (let waited = 0; waited < DOOR_OPENS_MS; waited += RETRY_MS) {
      const late = await context.connectToHolder()
      if (late !== null) return late
      await delay(RETRY_MS)
    }
    throw error
  }
}

/** Does something with a core and lets go of it, whatever happens. */
export async function withCore<T>(
  context: ProgramContext,
  program: string,
  work: (client: Connection['client']) => Promise<T>,
): Promise<T> {
  const connection = await obtainCore(context, program)
  try {
    return await work(connection.client)
  } finally {
    await connection.close()
  }
}
