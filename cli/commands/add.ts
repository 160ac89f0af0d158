import path from 'node:path'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

/** `hearth add PATH`: uses a GGUF where it lies. */
export async function add(context: ProgramContext, file: string): Promise<void> {
  const model = await withCore(context, 'hearth add', (client) =>
    client.models.add({ path: path.resolve(context.cwd, file) }),
  )
  context.stdout.write(`Added ${model.name}. Talk to it with: hearth run ${model.name}\n`)
}
