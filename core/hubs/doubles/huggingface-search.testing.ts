import { describe, type DoubleRepo } from './huggingface-repos.testing.ts'

/** One page of a search, and the path of the next. */
export function searchModels(
  repos: DoubleRepo[],
  url: URL,
  endless: boolean,
): { models: unknown[]; next: string | null } {
  const query = url.searchParams
  const limit = Math.min(1000, Math.max(1, Number(query.get('limit') ?? 1000)))
  const start = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString() || 0)
  const found = repos.filter((repo) => matches(repo, query)).toSorted(by(query.get('sort') ?? 'trendingScore'))
  const more = start + limit < found.length || endless
  const next = new URLSearchParams(query)
  next.set('cursor', Buffer.from(String(start + limit)).toString('base64url'))
  const at = endless && found.length > 0 ? start % found.length : start
  return {
    models: found.slice(at, at + limit).map((repo) => withoutUnasked(describe(repo), query)),
    next: more ? `${url.pathname}?${next.toString()}` : null,
  }
}

function matches(repo: DoubleRepo, query: URLSearchParams): boolean {
  const id = repo.id.toLowerCase()
  const words = (query.get('search') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.every((word) => id.includes(word))) return false
  const author = query.get('author')
  if (author !== null && !repo.id.startsWith(`${author}/`)) return false
  const tags = repo.tags ?? ['gguf']
  if (
    !query
      .getAll('filter')
      .every((wanted) => wanted.split(',').every((one) => tags.includes(one) || one === repo.pipelineTag))
  )
    return false
  const task = query.get('pipeline_tag')
  if (task !== null && repo.pipelineTag !== task) return false
  const gated = query.get('gated')
  if (gated !== null && String(Boolean(repo.gated)) !== gated) return false
  return withinParameters(repo, query.get('num_parameters'))
}

function withinParameters(repo: DoubleRepo, wanted: string | null): boolean {
  if (wanted === null) return true
  const total = repo.gguf?.total
  if (total === undefined) return false
  return wanted.split(',').every((part) => {
    const [side, value = ''] = part.split(':')
    const bound = Number.parseFloat(value) * (value.endsWith('B') ? 1e9 : value.endsWith('M') ? 1e6 : 1)
    return side === 'min' ? total >= bound : total < bound
  })
}

function by(sort: string): (left: DoubleRepo, right: DoubleRepo) => number {
  const value = (repo: DoubleRepo): number => {
    if (sort === 'downloads') return repo.downloads ?? 0
    if (sort === 'likes') return repo.likes ?? 0
    if (sort === 'createdAt') return Date.parse(repo.createdAt ?? '2025-01-01')
    if (sort === 'lastModified') return Date.parse(repo.lastModified ?? '2025-06-01')
    return repo.trendingScore ?? 0
  }
  return (left, right) => value(right) - value(left)
}

/** The hub tells some fields only to who asks for them. */
function withoutUnasked(model: ReturnType<typeof describe>, query: URLSearchParams): unknown {
  const expand = [...query.getAll('expand'), ...query.getAll('expand[]')]
  if (expand.length === 0) {
    const full = query.get('full') === 'true'
    return Object.fromEntries(
      Object.entries(model).filter(([name]) => name !== 'gguf' && (full || (name !== 'author' && name !== 'cardData'))),
    )
  }
  const kept = new Set(['_id', 'id', 'modelId', ...expand])
  return Object.fromEntries(Object.entries(model).filter(([name]) => kept.has(name)))
}
