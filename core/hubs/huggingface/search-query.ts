import type { HubQuery, HubSort, SizeClass } from '../../../shared/domain/hubs.ts'

const PAGE = 40
const SORTS: Record<HubSort, string> = {
  trending: 'trendingScore',
  downloads: 'downloads',
  likes: 'likes',
  updated: 'lastModified',
  created: 'createdAt',
}
const SIZES: Record<SizeClass, string> = {
  tiny: 'min:0,max:1500M',
  small: 'min:1500M,max:14B',
  medium: 'min:14B,max:31B',
  large: 'min:31B',
}
const FIELDS = [
  'author',
  'cardData',
  'createdAt',
  'downloads',
  'gated',
  'gguf',
  'lastModified',
  'likes',
  'pipeline_tag',
  'tags',
]

/** The query of a search's page: that of the cursor, or a new one. */
export function firstQuery(query: HubQuery): string {
  if (query.cursor !== null) return new URLSearchParams(query.cursor).toString()
  const params = new URLSearchParams({ sort: SORTS[query.sort], limit: String(PAGE) })
  // The address of a page, pasted, means the repository that it shows.
  const text = query.text.trim().replace(/^(?:https?:\/\/)?(?:huggingface\.co|hf\.co)\//i, '')
  if (text !== '') params.set('search', text)
  params.append('filter', 'gguf')
  if (query.licence !== null) params.append('filter', `license:${query.licence}`)
  if (query.size !== null) params.set('num_parameters', SIZES[query.size])
  if (query.type === 'vision') params.set('pipeline_tag', 'image-text-to-text')
  for (const field of FIELDS) params.append('expand', field)
  return params.toString()
}

/**
 * The query of the next page, out of the `Link` of this one. Only its query counts: behind a mirror it still names
 * the hub itself. Null on the last page, and where a page names itself as the next.
 */
export function nextQuery(link: string | null, asked: string): string | null {
  const target = /<([^<>]{1,4000})>\s*;[^,<]*\brel="?next"?/.exec(link ?? '')?.[1]
  if (target === undefined || !URL.canParse(target, 'https://huggingface.co')) return null
  const next = new URL(target, 'https://huggingface.co').searchParams.toString()
  return next === '' || next === asked || next.length > 3900 ? null : next
}
