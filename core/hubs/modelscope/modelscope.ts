import { AppError } from '../../../shared/domain/errors.ts'
import type { HubFile, HubModel } from '../../../shared/domain/hubs.ts'
import { licenceFromTags, parametersFromName, typesOf } from '../describe-model.ts'
import { reachOfHost } from '../http/addresses.ts'
import { askJson, hubFailed, hubNotFound, isPage, refused, tokenRefused, type Refusal } from '../http/ask-json.ts'
import { answerInvalid, captivePortal } from '../http/network-errors.ts'
import type { Http, Hub, HubCall } from '../hub.ts'
import { knownHash, knownSize } from '../known-values.ts'
import { isRepo, nameInvalid } from '../names.ts'
import { planVariant } from '../plan-variant.ts'
import { safeRepoPath } from '../safe-path.ts'
import { groupFiles } from '../variants.ts'
import { RawFiles, RawSearch, RawUser, type RawScopeModel } from './answers.ts'

export interface ModelScopeDeps {
  http: Http
  endpoint: () => string
  token: () => Promise<string | null>
}

/** The hub has no commits that can be asked for by their hash: the branch, and each file's sha256. */
const REVISION = 'master'
const PAGE = 50
/** The search answers for its first 3,000 results only. */
const LAST_PAGE = 3000 / PAGE
const CARD_BYTES = 2 << 20

/** ModelScope, China's hub. Protocol: its official SDK. */
export function createModelScope({ http, endpoint, token }: ModelScopeDeps): Hub {
  const host = () => new URL(endpoint()).host

  async function authorization(): Promise<Record<string, string>> {
    const url = new URL(endpoint())
    const secret = url.protocol === 'https:' || (reachOfHost(url.hostname) ?? 0) > 0 ? await token() : null
    return secret === null ? {} : { authorization: `Bearer ${secret}` }
  }

  async function filesOf(repo: string, call: HubCall): Promise<HubFile[]> {
    if (!isRepo(repo)) throw nameInvalid(repo)
    const headers = await authorization()
    const address = `${endpoint()}/api/v1/models/${repo}/repo/files?Revision=${REVISION}&Recursive=true`
    const refusal = refusalOf(host(), repo, 'authorization' in headers)
    const { value } = await askJson(http, address, RawFiles, refusal, { headers, signal: call.signal })
    if (!value.Data) throw troubleOf(value.Code ?? 0, value.Message ?? '', host(), repo)
    return value.Data.Files.filter(({ Type }) => Type !== 'tree').map((file) => ({
      path: file.Path,
      sizeBytes: knownSize(file.Size),
      sha256: knownHash(file.Sha256),
    }))
  }

  const fileAddress = (repo: string, path: string) =>
    `${endpoint()}/api/v1/models/${repo}/repo?Revision=${REVISION}&FilePath=${encodeURIComponent(path)}`
  const pageOf = (repo: string) => `${endpoint()}/models/${repo}`

  return {
    id: 'modelscope',
    endpoint,
    async search(query, call) {
      const page = Math.min(LAST_PAGE, Math.max(1, Number.parseInt(query.cursor ?? '1', 10) || 1))
      const params = new URLSearchParams({
        'filter.library': 'gguf',
        sort:
          query.sort === 'updated' || query.sort === 'created'
            ? 'last_modified'
            : query.sort === 'likes'
              ? 'likes'
              : 'downloads',
        page_number: String(page),
        page_size: String(PAGE),
      })
      if (query.text.trim() !== '') params.set('search', query.text.trim())
      const headers = await authorization()
      const refusal = refusalOf(host(), null, 'authorization' in headers)
      const address = `${endpoint()}/openapi/v1/models?${params.toString()}`
      const { value } = await askJson(http, address, RawSearch, refusal, { headers, signal: call.signal })
      const total = knownSize(value.data.total_count) ?? 0
      const more = page < LAST_PAGE && page * PAGE < total && value.data.models.length > 0
      const models = value.data.models.filter(({ id }) => isRepo(id)).map(toModel)
      return { models, cursor: more ? String(page + 1) : null, total }
    },
    async repo(repo, _revision, call) {
      const grouped = groupFiles(await filesOf(repo, call))
      const model = toModel({ id: repo })
      return { model, revision: REVISION, ...grouped, facts: null, name: `modelscope.cn/${repo}`, url: pageOf(repo) }
    },
    async card(repo, _revision, call) {
      if (!isRepo(repo)) throw nameInvalid(repo)
      const headers = { ...(await authorization()), 'accept-encoding': 'gzip' }
      const answer = await http.request(fileAddress(repo, 'README.md'), { headers, signal: call.signal })
      const text = await answer.text(CARD_BYTES)
      if (answer.status === 404) return null
      if (answer.status !== 200)
        throw refused(answer, text, host(), refusalOf(host(), repo, 'authorization' in headers))
      if (isPage(answer)) throw captivePortal(host())
      return text
    },
    async plan(wanted, call) {
      const { variants } = groupFiles(await filesOf(wanted.repo, call))
      return planVariant({
        hub: 'modelscope',
        repo: wanted.repo,
        revision: REVISION,
        url: pageOf(wanted.repo),
        title: toModel({ id: wanted.repo }).title,
        variants,
        wanted: wanted.variant,
        name: (variant) => wanted.name ?? `modelscope.cn/${wanted.repo}:${variant}`,
      })
    },
    async locate(plan, file, call) {
      const { repo } = plan.source
      if (!safeRepoPath(file.path)) throw nameInvalid(file.path)
      const listed = (await filesOf(repo, call)).find(({ path }) => path === file.path)
      if (!listed) throw hubNotFound(`${repo} no longer has ${file.path}.`)
      return {
        url: fileAddress(repo, file.path),
        headers: await authorization(),
        sizeBytes: listed.sizeBytes,
        sha256: listed.sha256,
        revision: REVISION,
        expiresAt: null,
      }
    },
    async ping(call) {
      const address = `${endpoint()}/openapi/v1/models?page_number=1&page_size=1`
      await askJson(http, address, RawSearch, refusalOf(host(), null, false), { signal: call.signal })
    },
    async whoAmI(secret, call) {
      const headers = { authorization: `Bearer ${secret}` }
      const address = `${endpoint()}/openapi/v1/users/me`
      const { value } = await askJson(http, address, RawUser, refusalOf(host(), null, true), {
        headers,
        signal: call.signal,
      })
      return value.data.username
    },
  }
}

function toModel(raw: RawScopeModel): HubModel {
  const [author = '', title = raw.id] = raw.id.split('/')
  const tags = raw.tags ?? []
  const time = (text: string | null | undefined) =>
    Number.isNaN(Date.parse(text ?? '')) ? null : Date.parse(text ?? '')
  return {
    hub: 'modelscope',
    repo: raw.id,
    title: title.replace(/[-_.]gguf$/i, ''),
    author,
    downloads: raw.downloads ?? null,
    likes: raw.likes ?? null,
    createdAt: time(raw.created_at),
    updatedAt: time(raw.last_modified),
    parameters: parametersFromName(title),
    architecture: null,
    contextLength: null,
    licence: raw.license?.toLowerCase() ?? licenceFromTags(tags),
    languages: tags.filter((tag) => /^[a-z]{2}$/.test(tag)),
    types: typesOf(title, tags, 'text-generation'),
    gated: 'open',
    tags: tags.slice(0, 60),
  }
}

function refusalOf(host: string, repo: string | null, withToken: boolean): Refusal {
  return (status, _header, body) => {
    if (body.includes('QuotaLimitExceed')) return quota(host)
    if (withToken && (status === 401 || status === 403)) return tokenRefused(host)
    if (status === 404 || status === 401 || status === 403) {
      return hubNotFound(`${host} has no model ${repo ?? ''}, or shows it only to its owners.`)
    }
    return null
  }
}

/** Trouble in the body of a 200. */
function troubleOf(code: number, message: string, host: string, repo: string): AppError {
  if (message.includes('QuotaLimitExceed')) return quota(host)
  if (/not exist/i.test(message)) return hubNotFound(`${host} has no model ${repo}.`)
  return code >= 500 && code < 600 ? hubFailed(host, code) : answerInvalid(host)
}

function quota(host: string): AppError {
  const seconds = 60
  return new AppError({
    code: 'hub_rate_limited',
    message: `${host} asks for patience: its quota is used up for now.`,
    suggestion: 'Wait, or put an account’s token into Settings → Models: with it the limit is higher.',
    data: { host, seconds },
  })
}
