import { AppError } from '../../shared/domain/errors.ts'
import type { Client } from '../client.ts'
import type { ProgramContext } from '../program-context.ts'
import { loadedModels } from './ps.ts'

/**
 * `hearth stop MODEL`: ends the process of a model and gives its memory back.
 * @throws AppError not_found when it is not in memory
 */
export async function stop(context: ProgramContext, model: string): Promise<void> {
  const holder = await context.connectToHolder()
  try {
    const name = holder === null ? undefined : await canonicalName(holder.client, model)
    const loaded = holder === null ? [] : await loadedModels(holder.client)
    if (holder === null || !loaded.some((one) => one.model === name)) {
      throw new AppError({
        code: 'not_found',
        message: `The model "${model}" is not in memory.`,
        suggestion: 'See what is with: hearth ps',
      })
    }
    await holder.client.engines.unload({ model })
    context.stdout.write(`Stopped ${name}\n`)
  } finally {
    await holder?.close()
  }
}

/** The name that a model is loaded under, for any name that means it. */
async function canonicalName(client: Client, model: string): Promise<string> {
  const plain = (name: string) =>
    name
      .trim()
      .toLowerCase()
      .replace(/:latest$/, '')
  const models = await client.models.list()
  return (
    models.find(({ name, aliases }) => [name, ...aliases].some((one) => plain(one) === plain(model)))?.name ?? model
  )
}
