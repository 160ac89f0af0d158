import { formatBytes, formatTable } from '../format.ts'
import type { ProgramContext } from '../program-context.ts'
import type { LoadedModel } from '../../shared/domain/engines.ts'
import type { Client } from '../client.ts'

/** `hearth ps`: what is in memory. Where no core runs, nothing is. */
export async function ps(context: ProgramContext): Promise<void> {
  const holder = await context.connectToHolder()
  try {
    const rows = (holder === null ? [] : await loadedModels(holder.client)).map((model) => [
      model.model,
      model.state === 'loading' ? `loading ${Math.round(model.progress * 100)}%` : model.state,
      model.contextLength === null ? '-' : String(model.contextLength),
      model.backend ?? '-',
      model.memoryBytes === null ? '-' : formatBytes(model.memoryBytes),
      String(model.active),
      String(model.queued),
    ])
    const titles = ['NAME', 'STATE', 'CONTEXT', 'BACKEND', 'MEMORY', 'ACTIVE', 'QUEUED']
    context.stdout.write(formatTable(titles, rows, context.stdout.isTTY === true))
  } finally {
    await holder?.close()
  }
}

/** What is in memory now. */
export async function loadedModels(client: Client): Promise<LoadedModel[]> {
  for await (const { models } of await client.engines.watch()) return models
  return []
}
