import { formatBytes, formatParameters, formatTable } from '../format.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

/** `hearth list`: the models of this computer. */
export async function list(context: ProgramContext): Promise<void> {
  const models = await withCore(context, 'hearth list', (client) => client.models.list())
  const rows = models.map(({ name, sizeBytes, facts, problem }) => [
    name,
    formatBytes(sizeBytes),
    formatParameters(facts.parameters),
    facts.quantization,
    facts.contextLength === null ? '-' : String(facts.contextLength),
    problem === null ? facts.kind : 'unusable',
  ])
  const titles = ['NAME', 'SIZE', 'PARAMETERS', 'QUANTIZATION', 'CONTEXT', 'KIND']
  context.stdout.write(formatTable(titles, rows, context.stdout.isTTY === true))
  for (const { problem } of models) if (problem !== null) context.stderr.write(`${problem.message}\n`)
}
