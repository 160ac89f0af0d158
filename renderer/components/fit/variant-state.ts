import type { Download } from '../../../shared/domain/downloads.ts'
import type { HubId, HubVariant } from '../../../shared/domain/hubs.ts'
import type { Model } from '../../../shared/domain/models.ts'

export type VariantState =
  | { state: 'none' }
  | { state: 'here'; model: string }
  /** The same bytes came from somewhere else. */
  | { state: 'hereFromElsewhere'; model: string }
  | { state: 'coming'; download: Download }

/** Whether a quantization of a repository is on this computer, on its way, or neither. */
export function variantState(
  place: { hub: HubId; repo: string },
  variant: Pick<HubVariant, 'id' | 'files'>,
  models: readonly Model[],
  downloads: readonly Download[],
): VariantState {
  const sameRepo = (other: { hub: HubId; repo: string; variant: string }): boolean =>
    other.hub === place.hub &&
    other.repo.toLowerCase() === place.repo.toLowerCase() &&
    other.variant.toLowerCase() === variant.id.toLowerCase()

  const own = models.find((model) => model.problem === null && model.source !== null && sameRepo(model.source))
  if (own !== undefined) return { state: 'here', model: own.name }
  const download = downloads.find((each) => each.state !== 'done' && sameRepo(each))
  if (download !== undefined) return { state: 'coming', download }
  const hashes = variant.files.map((file) => file.sha256)
  const equal = hashes.includes(null)
    ? undefined
    : models.find(
        (model) => model.problem === null && hashes.every((hash) => model.files.some((file) => file.sha256 === hash)),
      )
  return equal === undefined ? { state: 'none' } : { state: 'hereFromElsewhere', model: equal.name }
}

/** How far a download is, 0 to 1; null when its size is not known yet. */
export function downloadShare({ doneBytes, totalBytes }: Pick<Download, 'doneBytes' | 'totalBytes'>): number | null {
  return totalBytes === null || totalBytes <= 0 ? null : Math.min(1, doneBytes / totalBytes)
}
