import { formatAgo, formatBytes, formatParameters, formatTable } from '../format.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

/** `hearth list`: the models of this computer. */
export async function list(context: ProgramContext): Promise<void> {
  const models = await withCore(context, 'hearth list', (client) => client.models.list())
  const forPeople = context.stdout.isTTY === true
  const rows = models.map(({ name, sizeBytes, facts, problem, lastUsedAt }) => [
    name,
    formatBytes(sizeBytes),
    formatParameters(facts.parameters),
    facts.quantization,
    facts.contextLength === null ? '-' : String(facts.contextLength),
    problem === null ? facts.kind : 'unusable',
    lastUsed(lastUsedAt, forPeople),
  ])
  const titles = ['NAME', 'SIZE', 'PARAMETERS', 'QUANTIZATION', 'CONTEXT', 'KIND', 'LAST USED']
  context.stdout.write(formatTable(titles, rows, forPeople))
  for (const { problem } of models) if (problem !== null) context.stderr.write(`${problem.message}\n`)
}

function lastUsed(at: number | null, forPeople: boolean): string {
  if (at === null) return '-'
  return forPeople ? formatAgo(Date.now() - at) : new Date(at).toISOString()
}
