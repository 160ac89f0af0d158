import type { HubId, HubVariant } from '../../shared/domain/hubs.ts'
import { hubNotFound } from './http/ask-json.ts'
import type { DownloadPlan } from './hub.ts'
import { defaultVariant, findVariant } from './variants.ts'

/** Takes the wanted quantization when it is empty: which is best is decided here. */
export const ANY_VARIANT = ''

/**
 * The plan for one quantization of a repository: all its shards and nothing else. Throws `hub_not_found` when there
 * is no such quantization, or when a shard of it is missing at the hub.
 */
export function planVariant(from: {
  hub: HubId
  repo: string
  revision: string
  url: string
  title: string
  variants: HubVariant[]
  /** Id, label or file name; `ANY_VARIANT` for the usual one. */
  wanted: string
  name: (variant: string) => string
}): DownloadPlan {
  const any = from.wanted === ANY_VARIANT || from.wanted === 'latest'
  const variant = any ? defaultVariant(from.variants) : findVariant(from.variants, from.wanted)
  if (variant === null) {
    const list = from.variants.map(({ id }) => id).join(', ')
    const has = list === '' ? 'It has no GGUF files.' : `It has: ${list.slice(0, 600)}.`
    throw hubNotFound(
      any ? `${from.repo} has nothing that can be used. ${has}` : `${from.repo} has no ${from.wanted}. ${has}`,
    )
  }
  if (variant.incomplete) throw hubNotFound(`A part of ${variant.id} is missing at ${from.repo}.`)
  return {
    name: from.name(variant.id),
    title: from.title,
    source: { hub: from.hub, repo: from.repo, revision: from.revision, variant: variant.id, url: from.url },
    folder: `${from.hub}/${from.repo}`,
    files: variant.files.map((file) => ({ ...file, role: 'weights' })),
    attachments: null,
  }
}
