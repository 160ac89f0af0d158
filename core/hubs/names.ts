import { AppError } from '../../shared/domain/errors.ts'
import type { HubId } from '../../shared/domain/hubs.ts'
import { isSafePart } from './safe-path.ts'

/** What a name that people type means. */
export interface ModelName {
  hub: HubId
  /** `owner/name`; `library/qwen2.5` or `host/ns/model` at a registry. */
  repo: string
  /** Behind the colon; null when the name has none. */
  variant: string | null
  revision: string | null
  /** As it is called here. */
  name: string
}

const HUGGINGFACE_HOSTS = new Set(['hf.co', 'huggingface.co', 'www.huggingface.co', 'hf-mirror.com', 'hf.com'])
const MODELSCOPE_HOSTS = new Set([
  'modelscope.cn',
  'www.modelscope.cn',
  'modelscope.ai',
  'www.modelscope.ai',
  'modelscope.com',
])
const OLLAMA_HOSTS = new Set(['registry.ollama.ai', 'ollama.com', 'www.ollama.com'])
const PART = /^\w[\w.-]{0,79}$/
const REPO_PART = /^[\w.-]{1,96}$/
const TAG = /^[\w.-]{1,200}$/

/**
 * Reads a model's name in any of the spellings that people paste: `qwen2.5:3b`, `user/model:tag`, `hf.co/owner/repo:Q4_K_M`,
 * `owner/Repo-GGUF`, `modelscope.cn/owner/repo`, `registry.host/ns/model:tag`, and addresses of their pages.
 * Throws `name_invalid`.
 */
export function parseModelName(text: string): ModelName {
  const typed = text.trim()
  if (typed.length === 0 || typed.length > 400) throw nameInvalid(text)
  const address = typed
    .replace(/^(?:https?|hf|ollama|modelscope):\/\//i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
  const scheme = /^(hf|ollama|modelscope):\/\//i.exec(typed)?.[1]?.toLowerCase()
  const [first = '', ...rest] = address.split('/')
  const host = first.toLowerCase()
  // A drive's letter is no model.
  if (/^[a-z]:[^/]*$/i.test(typed)) throw nameInvalid(text)
  const found =
    scheme === 'hf' || (HUGGINGFACE_HOSTS.has(host) && rest.length > 0)
      ? fromHub('huggingface', scheme === 'hf' && !HUGGINGFACE_HOSTS.has(host) ? address.split('/') : rest)
      : scheme === 'modelscope' || (MODELSCOPE_HOSTS.has(host) && rest.length > 0)
        ? fromHub('modelscope', MODELSCOPE_HOSTS.has(host) ? rest : address.split('/'))
        : fromRegistry(OLLAMA_HOSTS.has(host) && rest.length > 0 ? rest : address.split('/'))
  if (!found) throw nameInvalid(text)
  return found
}

/** A name that can't be one. */
export function nameInvalid(text: string): AppError {
  const name = text.slice(0, 120)
  return new AppError({
    code: 'name_invalid',
    message: `“${name}” can't be a model's name.`,
    suggestion: 'Use letters, digits, dots, dashes and underscores, as in qwen2.5:3b.',
    data: { name },
  })
}

/** `owner/repo` as hubs allow it. */
export function isRepo(repo: string): boolean {
  const parts = repo.split('/')
  return parts.length === 2 && parts.every((part) => REPO_PART.test(part) && isSafePart(part))
}

/** `ns/model`, or `host/ns/model` with a host that may have a port. */
export function isRegistryRepo(repo: string): boolean {
  const parts = repo.split('/')
  const [model = '', namespace = '', host = 'a.b'] = parts.toReversed()
  return (parts.length === 2 || parts.length === 3) && isPart(model) && isPart(namespace) && isHost(host)
}

const SHOWN = { huggingface: 'hf.co/', modelscope: 'modelscope.cn/' }

/** @param shown what stands before the repository in the name: nothing where the host was left out */
function fromHub(hub: 'huggingface' | 'modelscope', given: string[], shown = SHOWN[hub]): ModelName | null {
  const parts = given[0] === 'models' && given.length > 2 ? given.slice(1) : given
  const [owner = '', last = '', verb, revision, ...path] = parts
  const [repo = '', tag = null, more] = last.split(':')
  if (more !== undefined || !isRepo(`${owner}/${repo}`) || (tag !== null && !isTag(tag))) return null
  const named = (variant: string | null, at: string | null): ModelName => ({
    hub,
    repo: `${owner}/${repo}`,
    variant,
    revision: at,
    name: `${shown}${owner}/${repo}${variant === null ? '' : `:${variant}`}`,
  })
  if (verb === undefined) return named(tag, null)
  // The address of a file's page or download: `…/blob/main/x.Q4_K_M.gguf`.
  if (!['blob', 'resolve', 'tree', 'raw', 'files', 'summary', 'file'].includes(verb) || tag !== null) return null
  const file = path
    .at(-1)
    ?.replace(/\.gguf$/i, '')
    .replace(/-\d{5}-of-\d{5}$/, '')
  const at =
    revision === undefined || revision === 'main' || revision === 'master' || hub === 'modelscope' ? null : revision
  if (at !== null && !isTag(at)) return null
  return file === undefined || verb === 'tree' ? named(null, at) : isTag(file) ? named(file, at) : null
}

function fromRegistry(given: string[]): ModelName | null {
  const parts = given[0] === 'library' && given.length === 2 ? given.slice(1) : given
  const last = parts.at(-1) ?? ''
  const [model = '', tag = null, more] = last.split(':')
  const before = parts.slice(0, -1)
  if (more !== undefined || !isPart(model) || (tag !== null && !isPart(tag) && !isTag(tag))) return null
  if (before.length === 0) return registryName(`library/${model}`, tag, model)
  const [namespace = ''] = before.slice(-1)
  if (before.length === 1) {
    // A host and nothing behind it; no hub has owners with a dot.
    if (!isPart(namespace) || namespace.includes('.')) return null
    if (/[-_.]gguf$/i.test(model)) return fromHub('huggingface', parts, '')
    return registryName(`${namespace}/${model}`, tag, `${namespace}/${model}`)
  }
  const [host = ''] = before
  if (before.length !== 2 || !isHost(host) || !isPart(namespace) || namespace.includes('.')) return null
  return registryName(`${host.toLowerCase()}/${namespace}/${model}`, tag, `${host.toLowerCase()}/${namespace}/${model}`)
}

function registryName(repo: string, tag: string | null, shown: string): ModelName {
  return { hub: 'ollama', repo, variant: tag, revision: null, name: tag === null ? shown : `${shown}:${tag}` }
}

function isHost(host: string): boolean {
  const named = /^[a-z\d](?:[a-z\d.-]{0,250}[a-z\d])?(?::\d{1,5})?$/i.test(host) && !host.includes('..')
  return named && (/[.:]/.test(host) || host === 'localhost') && URL.canParse(`https://${host}`)
}

function isPart(text: string): boolean {
  return PART.test(text) && isSafePart(text)
}

function isTag(text: string): boolean {
  return TAG.test(text) && isSafePart(text)
}
