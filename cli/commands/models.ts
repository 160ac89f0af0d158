import type { CatalogueModel, HubModelType, SizeClass } from '../../shared/domain/hubs.ts'
import { formatBytes, formatParameters, formatTable } from '../format.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

export interface ModelsFilter {
  size: SizeClass | null
  type: HubModelType | null
}

/** `hearth models list`: the models that Hearth recommends, whether they are here or not. */
export async function listCatalogue(context: ProgramContext, filter: ModelsFilter): Promise<void> {
  const { catalogue, here } = await withCore(context, 'hearth models list', async (client) => ({
    catalogue: await client.hubs.catalogue(),
    here: new Set((await client.models.list()).flatMap(({ name, aliases }) => [name, ...aliases])),
  }))
  const rows = catalogue
    .filter((model) => fits(model, filter))
    .map((model) => [
      model.name,
      formatParameters(model.parameters),
      model.variants[0] === undefined ? '-' : formatBytes(model.variants[0].sizeBytes),
      model.licence,
      model.languages.join(',') || '-',
      model.scenarios.join(',') || '-',
      [model.name, ...model.aliases].some((name) => here.has(name)) ? 'yes' : 'no',
    ])
  const titles = ['NAME', 'PARAMETERS', 'SIZE', 'LICENCE', 'LANGUAGES', 'GOOD FOR', 'HERE']
  context.stdout.write(formatTable(titles, rows, context.stdout.isTTY === true))
}

function fits({ parameters, kind, scenarios }: CatalogueModel, { size, type }: ModelsFilter): boolean {
  if (size !== null && sizeClass(parameters) !== size) return false
  switch (type) {
    case null:
      return true
    case 'instruct':
      return kind === 'chat'
    case 'embedding':
      return kind === 'embedding'
    case 'coder':
      return scenarios.includes('coding')
    // The list has none of them.
    case 'base':
    case 'vision':
      return false
  }
}

function sizeClass(parameters: number): SizeClass {
  if (parameters < 1.5e9) return 'tiny'
  if (parameters < 14e9) return 'small'
  return parameters < 31e9 ? 'medium' : 'large'
}
