import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

/** `hearth cp NAME NEW`: a second name for the same weights. */
export async function cp(context: ProgramContext, name: string, to: string): Promise<void> {
  await withCore(context, 'hearth cp', (client) => client.models.duplicate({ name, to }))
  context.stdout.write(`copied '${name}' to '${to}'\n`)
}
