import type { CatalogueModel, HubId, HubReach } from '../../../shared/domain/hubs.ts'

/** Where to look at a curated model: at the wanted hub if it has it, else where the list says first. */
export function sourceOf(model: CatalogueModel, wanted: HubId): { hub: HubId; repo: string } | null {
  return model.sources.find(({ hub }) => hub === wanted) ?? model.sources[0] ?? null
}

/** The curated model that a repository holds; null where it holds several of them, as at Ollama's registry. */
export function modelAt(models: readonly CatalogueModel[], hub: HubId, repo: string): CatalogueModel | null {
  const same = (source: { hub: HubId; repo: string }): boolean =>
    source.hub === hub && source.repo.toLowerCase() === repo.toLowerCase()
  const found = models.filter((model) => model.sources.some(same))
  return found.length === 1 ? (found[0] ?? null) : null
}

/** Of a model's sources the one whose hub answered fastest; the first when none did. */
export function fastestSource(model: CatalogueModel, reach: readonly HubReach[]): { hub: HubId; repo: string } | null {
  const latency = (hub: HubId): number => reach.find((each) => each.hub === hub)?.latencyMs ?? Infinity
  return model.sources.toSorted((a, b) => latency(a.hub) - latency(b.hub))[0] ?? null
}

/** The smallest curated model that speaks Chinese, is made for chats, and is not too small to be of use. */
export function smallChineseModel(models: readonly CatalogueModel[]): CatalogueModel | null {
  const chinese = models.filter(
    ({ kind, scenarios, languages }) =>
      kind === 'chat' && scenarios.includes('chineseChat') && languages.some((language) => language.startsWith('zh')),
  )
  return (
    chinese.find(({ name, aliases }) => name === 'qwen3:0.6b' || aliases.includes('qwen3:0.6b')) ??
    chinese.toSorted((a, b) => a.parameters - b.parameters)[0] ??
    null
  )
}
