import { AppError, type ErrorCode } from '../../shared/domain/errors.ts'
import type { CatalogueModel, HubId } from '../../shared/domain/hubs.ts'
import { findInCatalogue } from './catalogue.ts'
import type { DownloadPlan, HubCall } from './hub.ts'
import { isRepo, parseModelName } from './names.ts'

type Plan = (
  request: { hub: HubId; repo: string; revision?: string | undefined; variant: string; name?: string | undefined },
  call: HubCall,
) => Promise<DownloadPlan>

/** After these another source may well have it. */
const PASSABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'hub_not_found',
  'hub_unreachable',
  'hub_failed',
  'hub_rate_limited',
  'download_stalled',
  'model_unsupported',
])

/**
 * What to fetch for a name that someone typed. A name of Ollama's registry that it does not know, or that can't be
 * asked, is looked up in the curated list, with a quantization behind it if there is one; after that, `owner/model`
 * is tried at Hugging Face. When nothing has it, the first error stands.
 */
export function createPlanByName(catalogue: CatalogueModel[], plan: Plan) {
  return async (text: string, call: HubCall = {}): Promise<DownloadPlan> => {
    const parsed = parseModelName(text)
    const { hub, repo, name } = parsed
    const request = { hub, repo, variant: parsed.variant ?? '', name }
    try {
      return await plan(parsed.revision === null ? request : { ...request, revision: parsed.revision }, call)
    } catch (error) {
      if (hub !== 'ollama' || !(error instanceof AppError) || !PASSABLE.has(error.code)) throw error
      for (const other of others(catalogue, repo, parsed.variant, name)) {
        try {
          return await plan({ ...other, name }, call)
        } catch (next) {
          if (!(next instanceof AppError) || !PASSABLE.has(next.code)) throw next
        }
      }
      throw error
    }
  }
}

function others(catalogue: CatalogueModel[], repo: string, variant: string | null, name: string) {
  const listed = findInCatalogue(catalogue, name)
  if (listed) {
    const wanted = listed.quantization ?? listed.model.variants[0]?.id ?? ''
    return listed.model.sources
      .filter(({ hub }) => hub !== 'ollama')
      .map((source) => ({ hub: source.hub, repo: source.repo, variant: wanted }))
  }
  const elsewhere = !repo.startsWith('library/') && isRepo(repo)
  return elsewhere ? [{ hub: 'huggingface' as const, repo, variant: variant ?? '' }] : []
}
