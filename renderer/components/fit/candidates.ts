import type { FitCandidate } from '../../../shared/domain/fit.ts'
import type { CatalogueModel, HubModel, HubRepo, HubVariant } from '../../../shared/domain/hubs.ts'

/** Bytes of a weight in the usual 4-bit quantization (`Q4_K_M`), with what stays at more bits. */
const FOUR_BIT_BYTES = 4.85 / 8

/** What to ask of the fit for each quantization of an opened repository; those of unknown size are left out. */
export function repoCandidates(repo: HubRepo): FitCandidate[] {
  const { model, facts } = repo
  return repo.variants.flatMap((variant) =>
    variant.sizeBytes === null || variant.incomplete
      ? []
      : [
          {
            id: variant.id,
            sizeBytes: variant.sizeBytes,
            parameters: repoParameters(repo),
            architecture: facts?.architecture ?? model.architecture,
            kind: repoKind(repo),
            quantization: variant.quantization,
            contextLength: repoContext(repo),
            shape: facts?.shape ?? null,
          },
        ],
  )
}

/** Whether a repository's models write text or turn it into vectors. */
export function repoKind({ model, facts }: HubRepo): FitCandidate['kind'] {
  return facts?.kind ?? (model.types.includes('embedding') ? 'embedding' : 'chat')
}

/** Tokens of context that a repository's models were trained for; null when nobody says. */
export function repoContext({ model, facts }: HubRepo): number | null {
  return facts?.contextLength ?? model.contextLength
}

/** Parameters of a repository's models; null when nobody says, or when its files are models of several sizes. */
export function repoParameters({ model, facts, variants }: HubRepo): number | null {
  // The beginning of a header does not say.
  if (facts !== null && facts.parameters > 0) return facts.parameters
  return model.hub === 'ollama' && variants.length > 1 ? null : model.parameters
}

/** What to ask of the fit for each quantization of a curated model. */
export function catalogueCandidates(model: CatalogueModel): FitCandidate[] {
  return model.variants.map((variant) => ({
    id: variant.id,
    sizeBytes: variant.sizeBytes,
    parameters: model.parameters,
    architecture: model.architecture,
    kind: model.kind,
    quantization: variant.id,
    contextLength: model.contextLength,
    shape: model.shape,
  }))
}

/** Key of a search result among the estimates. */
export function resultKey(model: Pick<HubModel, 'hub' | 'repo'>): string {
  return `${model.hub}:${model.repo}`
}

/** What to ask of the fit for a search result, as if it were there with 4 bits a weight; null without its size. */
export function resultCandidate(model: HubModel): FitCandidate | null {
  if (model.parameters === null) return null
  return {
    id: resultKey(model),
    sizeBytes: Math.round(model.parameters * FOUR_BIT_BYTES),
    parameters: model.parameters,
    architecture: model.architecture,
    kind: model.types.includes('embedding') ? 'embedding' : 'chat',
    quantization: null,
    contextLength: model.contextLength,
    shape: null,
  }
}

const GB = 1e9
const BILLIONS = [1, 3, 7, 8, 14, 32, 70]
/** Bits of a weight in files of each kind; the small parts that stay exact are counted in. */
const PRECISIONS = [
  { id: 'f16', bits: 16 },
  { id: 'q8', bits: 8.5 },
  { id: 'q4', bits: 4.85 },
] as const

export type Precision = (typeof PRECISIONS)[number]['id']

export interface SizeRow {
  /** Billions of parameters. */
  billions: number
  cells: { id: string; precision: Precision; sizeBytes: number }[]
}

/** The usual sizes of models against the usual precisions. */
export const SIZE_TABLE: readonly SizeRow[] = BILLIONS.map((billions) => ({
  billions,
  cells: PRECISIONS.map(({ id, bits }) => ({
    id: `${billions}-${id}`,
    precision: id,
    sizeBytes: (billions * GB * bits) / 8,
  })),
}))

/** What to ask of the fit for that table. */
export function sizeTableCandidates(): FitCandidate[] {
  return SIZE_TABLE.flatMap(({ billions, cells }) =>
    cells.map(({ id, sizeBytes }) => ({
      id,
      sizeBytes,
      parameters: billions * GB,
      architecture: null,
      kind: 'chat' as const,
      quantization: null,
      contextLength: null,
      shape: null,
    })),
  )
}

/** The quantizations of a repository, small ones first; those of unknown size last. */
export function bySize(variants: readonly HubVariant[]): HubVariant[] {
  return [...variants].toSorted((a, b) => (a.sizeBytes ?? Infinity) - (b.sizeBytes ?? Infinity))
}
