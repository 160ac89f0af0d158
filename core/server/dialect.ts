export type Dialect = 'openai' | 'anthropic' | 'ollama' | 'lmstudio' | 'registry'

/** The API to which a path belongs, whose form its errors have. LM Studio's older API has OpenAI's. */
export function dialectOf(path: string): Dialect {
  if (/^\/api\/v1(?:\/|$)/.test(path)) return 'lmstudio'
  if (/^\/api\/(?!v0(?:\/|$))/.test(path)) return 'ollama'
  if (/^\/v2(?:\/|$)/.test(path)) return 'registry'
  return /^\/v1\/messages(?:\/|$)/.test(path) ? 'anthropic' : 'openai'
}
