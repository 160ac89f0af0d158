import type { HubModel, SizeClass } from '../../shared/domain/hubs.ts'

/** Parameters that a name tells, as `8x7B`, `0.6b` or `270M`; null when it tells none. */
export function parametersFromName(name: string): number | null {
  const match = /(?:^|[-_. /:])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)([bm])(?=$|[-_. /:])/i.exec(name)
  if (match?.[2] === undefined) return null
  const unit = match[3]?.toLowerCase() === 'm' ? 1e6 : 1e9
  return Number(match[1] ?? 1) * Number(match[2]) * unit
}

/** The class of a size. */
export function sizeClassOf(parameters: number): SizeClass {
  if (parameters < 1.5e9) return 'tiny'
  if (parameters < 14e9) return 'small'
  return parameters < 31e9 ? 'medium' : 'large'
}

/** What a model is for, from its task, its tags and its name. */
export function typesOf(name: string, tags: string[], task: string | null): HubModel['types'] {
  const types = new Set<HubModel['types'][number]>()
  const all = new Set([...tags.map((tag) => tag.toLowerCase()), task ?? ''])
  const text = name.toLowerCase()
  if (
    ['feature-extraction', 'sentence-similarity', 'sentence-transformers'].some((tag) => all.has(tag)) ||
    /embed|\bbge\b|minilm/.test(text)
  ) {
    types.add('embedding')
  }
  if (
    ['image-text-to-text', 'visual-question-answering', 'vision'].some((tag) => all.has(tag)) ||
    /[-_]vl\b|llava|vision/.test(text)
  ) {
    types.add('vision')
  }
  if (all.has('code') || /code/.test(text)) types.add('coder')
  if (types.has('embedding')) return [...types]
  const base = /(?:^|[-_.])(?:base|pt)(?:$|[-_.])/.test(text)
  const taught = all.has('conversational') || /instruct|chat|(?:^|[-_])it(?:$|[-_])|distill|r1|thinking/.test(text)
  if (base && !taught) types.add('base')
  else if (taught || task === 'text-generation' || task === 'image-text-to-text') types.add('instruct')
  return [...types]
}

/** Of tags as `license:mit`; null when there is none. */
export function licenceFromTags(tags: string[]): string | null {
  return tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? null
}

/** A markdown card without the YAML in front of it. */
export function withoutFrontMatter(markdown: string): string {
  const text = markdown.replace(/^\uFEFF/, '')
  if (!/^---[ \t]*\r?\n/.test(text)) return text
  const end = /\r?\n---[ \t]*(?:\r?\n|$)/.exec(text)
  return end ? text.slice(end.index + end[0].length).trimStart() : text
}
