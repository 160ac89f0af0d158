import { formatBytes, formatFromNow, formatTable } from '../format.ts'
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
      busySlots(model),
      model.backend ?? '-',
      model.memoryBytes === null ? '-' : formatBytes(model.memoryBytes),
      String(model.active),
      String(model.queued),
      until(model),
    ])
    const titles = ['NAME', 'STATE', 'CONTEXT', 'SLOTS', 'BACKEND', 'MEMORY', 'ACTIVE', 'QUEUED', 'UNTIL']
    context.stdout.write(formatTable(titles, rows, context.stdout.isTTY === true))
  } finally {
    await holder?.close()
  }
}

/** How many slots answer, of how many. */
function busySlots({ slots }: LoadedModel): string {
  return slots.length === 0 ? '-' : `${slots.filter(({ state }) => state !== 'idle').length}/${slots.length}`
}

/** How long it stays; what is at work stays as long as that takes. */
function until({ state, unloadAt, active, queued }: LoadedModel): string {
  if (state !== 'ready') return '-'
  if (unloadAt === null) return active + queued > 0 ? 'At work' : 'Forever'
  return formatFromNow(unloadAt - Date.now())
}

/** What is in memory now. */
export async function loadedModels(client: Client): Promise<LoadedModel[]> {
  for await (const { models } of await client.engines.watch()) return models
  return []
}
