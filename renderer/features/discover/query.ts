import type { CatalogueModel, HubId, HubQuery, Scenario } from '../../../shared/domain/hubs.ts'
import { SizeClass } from '../../../shared/domain/hubs.ts'

/** What the person looks for; it outlives leaving the page. */
export interface DiscoverQuery extends Omit<HubQuery, 'cursor'> {
  /** Among the curated models only; null shows all of them. */
  scenario: Scenario | null
  /** The hub's own list is wanted although nothing is typed. */
  browse: boolean
}

export const FRESH: DiscoverQuery = {
  hub: 'huggingface',
  text: '',
  size: null,
  type: null,
  licence: null,
  runsWellHere: false,
  sort: 'trending',
  scenario: null,
  browse: false,
}

/** `curated`: the list that ships with Hearth · `search`: the hub's answer · `names`: a registry that has no search. */
export type View = 'curated' | 'search' | 'names'

/** Which list answers a query. */
export function viewOf(query: DiscoverQuery): View {
  if (query.text.trim() === '' && !query.browse) return 'curated'
  return query.hub === 'ollama' ? 'names' : 'search'
}

/** The query as the hub's search takes it, from its first page. */
export function hubQuery({ scenario: _, browse: __, ...query }: DiscoverQuery): HubQuery {
  return { ...query, text: query.text.trim().slice(0, 200), cursor: null }
}

export type Filter = 'size' | 'type' | 'licence' | 'runsWellHere'

/** The filters that are set, in the order in which they are shown. */
export function activeFilters(query: DiscoverQuery): Filter[] {
  const filters: Filter[] = []
  if (query.runsWellHere) filters.push('runsWellHere')
  if (query.size !== null) filters.push('size')
  if (query.type !== null) filters.push('type')
  if (query.licence !== null) filters.push('licence')
  return filters
}

/** The query without one of its filters. */
export function withoutFilter(query: DiscoverQuery, filter: Filter): DiscoverQuery {
  return { ...query, [filter]: filter === 'runsWellHere' ? false : null }
}

const LIMITS: readonly [SizeClass, number][] = [
  ['tiny', 1.5e9],
  ['small', 14e9],
  ['medium', 31e9],
]

/** The size class of a number of parameters. */
export function sizeClassOf(parameters: number): SizeClass {
  return LIMITS.find(([, limit]) => parameters < limit)?.[0] ?? 'large'
}

/**
 * The curated models that a query leaves, in their order. `runsWell` tells of a model's name whether it runs well here;
 * null while that is not known, and then nothing is left out for it.
 */
export function filterCatalogue(
  models: readonly CatalogueModel[],
  query: DiscoverQuery,
  runsWell: ((name: string) => boolean) | null,
): CatalogueModel[] {
  const words = plain(query.text).split(' ').filter(Boolean)
  return models.filter((model) => {
    if (query.scenario !== null && !model.scenarios.includes(query.scenario)) return false
    if (query.size !== null && sizeClassOf(model.parameters) !== query.size) return false
    if (query.licence !== null && !model.licence.toLowerCase().startsWith(query.licence)) return false
    if (query.runsWellHere && runsWell !== null && !runsWell(model.name)) return false
    if (!hasType(model, query.type)) return false
    const text = plain([model.name, model.title, ...model.aliases, model.architecture, model.licence].join(' '))
    return words.every((word) => text.includes(word))
  })
}

function hasType(model: CatalogueModel, type: DiscoverQuery['type']): boolean {
  switch (type) {
    case null:
      return true
    case 'embedding':
      return model.kind === 'embedding'
    case 'coder':
      return model.scenarios.includes('coding')
    case 'instruct':
      return model.kind === 'chat'
    case 'base':
    case 'vision':
      return false
  }
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-_:\s]+/g, ' ')
    .trim()
}

const HOSTS =
  /^(?:https?:\/\/)?(hf\.co|huggingface\.co|(?:www\.)?modelscope\.(?:cn|ai)|ollama\.com|registry\.ollama\.ai)\//i
const PART = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}'
const WITH_TAG = new RegExp(`^(?:${PART}/){0,2}${PART}:${PART}$`)
const REPO = new RegExp(`^${PART}/${PART}$`)
const NAME = new RegExp(`^${PART}$`)

/**
 * The name that could be pulled as it is typed, or null: `qwen2.5:3b`, `hf.co/owner/name:Q4_K_M`, `owner/name`. A bare
 * word means a model only at Ollama's registry.
 */
export function pullName(text: string, hub: HubId): string | null {
  const name = text.trim()
  if (name.length > 300 || /\s/.test(name)) return null
  const host = HOSTS.exec(name)
  if (host !== null) {
    const rest = name.slice(host[0].length)
    return WITH_TAG.test(rest) || REPO.test(rest) || NAME.test(rest) ? name : null
  }
  if (WITH_TAG.test(name) || REPO.test(name)) return name
  return hub === 'ollama' && NAME.test(name) ? name : null
}

/** Whether a text holds Chinese characters. */
export function hasChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text)
}
