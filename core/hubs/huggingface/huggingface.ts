import { AppError } from '../../../shared/domain/errors.ts'
import type { HubPage, HubQuery } from '../../../shared/domain/hubs.ts'
import { reachOfHost } from '../http/addresses.ts'
import { askJson, hubNotFound, isPage, refused } from '../http/ask-json.ts'
import { answerInvalid, captivePortal, redirectRefused } from '../http/network-errors.ts'
import { expiryOf, safeRedirect } from '../http/safe-redirect.ts'
import type { DownloadPlan, Http, Hub, HubCall, Located } from '../hub.ts'
import { knownHash, knownSize } from '../known-values.ts'
import { isRepo, nameInvalid } from '../names.ts'
import { planVariant } from '../plan-variant.ts'
import { safeRepoPath } from '../safe-path.ts'
import { groupFiles } from '../variants.ts'
import { RawList, RawRepo, WhoAmI } from './answers.ts'
import { refusalOf } from './refusal.ts'
import { firstQuery, nextQuery } from './search-query.ts'
import { toFiles, toModel } from './to-model.ts'

export interface HuggingFaceDeps {
  http: Http
  /** Where it is spoken to; see {@link Hub.endpoint}. */
  endpoint: () => string
  token: () => Promise<string | null>
}

const CARD_BYTES = 2 << 20
const MAX_HOPS = 5

/** Hugging Face, or a mirror of it. Protocol: the hub's documentation and its own clients. */
export function createHuggingFace({ http, endpoint, token }: HuggingFaceDeps): Hub {
  const host = () => new URL(endpoint()).host

  /** The token goes to the configured hub alone, and over the open network only encrypted. */
  async function authorization(): Promise<Record<string, string>> {
    const url = new URL(endpoint())
    const secret = url.protocol === 'https:' || (reachOfHost(url.hostname) ?? 0) > 0 ? await token() : null
    return secret === null ? {} : { authorization: `Bearer ${secret}` }
  }

  async function info(repo: string, revision: string | undefined, call: HubCall) {
    if (!isRepo(repo)) throw nameInvalid(repo)
    const headers = await authorization()
    const address = `${endpoint()}/api/models/${repo}/revision/${encodeURIComponent(revision ?? 'main')}?blobs=true`
    const refusal = refusalOf(host(), repo, 'authorization' in headers)
    const { value } = await askJson(http, address, RawRepo, refusal, { headers, signal: call.signal })
    if (!isRepo(value.id)) throw answerInvalid(host())
    const sha = value.sha ?? revision ?? 'main'
    if (!/^[\w.-]{1,200}$/.test(sha)) throw answerInvalid(host())
    return { raw: value, sha, page: `${endpoint()}/${value.id}` }
  }

  /** The answer to HEAD or GET of a file after the hub's own redirects: its bytes' address, or the last hop. */
  async function resolve(repo: string, revision: string, path: string, call: HubCall) {
    if (!isRepo(repo)) throw nameInvalid(repo)
    if (!safeRepoPath(path)) throw nameInvalid(path)
    const headers = await authorization()
    const encoded = path.split('/').map(encodeURIComponent).join('/')
    let url = new URL(`${endpoint()}/${repo}/resolve/${encodeURIComponent(revision)}/${encoded}`)
    const refusal = refusalOf(host(), repo, 'authorization' in headers)
    let commit: string | null = null
    let linked: { sizeBytes: number | null; sha256: string | null } = { sizeBytes: null, sha256: null }
    for (let hop = 0; hop < MAX_HOPS; hop += 1) {
      const options = { method: 'HEAD', headers, follow: false, signal: call.signal } as const
      const answer = await http.request(url.href, options)
      commit = answer.header('x-repo-commit') ?? commit
      linked = {
        sizeBytes: knownSize(Number(answer.header('x-linked-size') ?? Number.NaN)) ?? linked.sizeBytes,
        sha256: knownHash(answer.header('x-linked-etag')) ?? linked.sha256,
      }
      const location = answer.header('location')
      answer.body.resume()
      if (answer.status >= 400) throw refused(answer, '', host(), refusal)
      if (answer.status < 300 || location === null) {
        if (commit === null) throw isPage(answer) ? captivePortal(host()) : answerInvalid(host())
        const length = knownSize(Number(answer.header('content-length') ?? Number.NaN))
        return { url, headers, commit, ...linked, sizeBytes: linked.sizeBytes ?? length }
      }
      // A network that wants a login redirects too, but names no commit.
      const target = await safeRedirect(url.href, location)
      if (target.host !== url.host) {
        if (commit === null) throw captivePortal(host())
        return { url: target, headers: {}, commit, ...linked }
      }
      url = target
    }
    throw redirectRefused(host())
  }

  return {
    id: 'huggingface',
    endpoint,
    async search(query: HubQuery, call: HubCall): Promise<HubPage> {
      const headers = await authorization()
      const asked = firstQuery(query)
      const refusal = refusalOf(host(), null, 'authorization' in headers)
      const address = `${endpoint()}/api/models?${asked}`
      const { value, header } = await askJson(http, address, RawList, refusal, { headers, signal: call.signal })
      const cursor = nextQuery(header('link'), asked)
      return { models: value.filter(({ id }) => isRepo(id)).map(toModel), cursor, total: null }
    },
    async repo(repo, revision, call) {
      const { raw, sha, page } = await info(repo, revision, call)
      const grouped = groupFiles(toFiles(raw))
      return { model: toModel(raw), revision: sha, ...grouped, facts: null, name: `hf.co/${raw.id}`, url: page }
    },
    async card(repo, revision, call) {
      try {
        const { url, headers } = await resolve(repo, revision ?? 'main', 'README.md', call)
        const answer = await http.request(url.href, {
          headers: { ...headers, 'accept-encoding': 'gzip' },
          signal: call.signal,
        })
        const text = await answer.text(CARD_BYTES)
        if (answer.status !== 200) throw hubNotFound(`${repo} has no card.`)
        if (isPage(answer)) throw captivePortal(host())
        return text
      } catch (error) {
        if (error instanceof AppError && error.code === 'hub_not_found') return null
        throw error
      }
    },
    async plan(wanted, call): Promise<DownloadPlan> {
      const { raw, sha, page } = await info(wanted.repo, wanted.revision, call)
      return planVariant({
        hub: 'huggingface',
        repo: raw.id,
        revision: sha,
        url: page,
        title: toModel(raw).title,
        variants: groupFiles(toFiles(raw)).variants,
        wanted: wanted.variant,
        name: (variant) => wanted.name ?? `hf.co/${raw.id}:${variant}`,
      })
    },
    async locate(plan, file, call): Promise<Located> {
      const found = await resolve(plan.source.repo, plan.source.revision, file.path, call)
      return {
        url: found.url.href,
        headers: found.headers,
        sizeBytes: found.sizeBytes,
        sha256: found.sha256,
        revision: found.commit,
        expiresAt: expiryOf(found.url),
      }
    },
    async ping(call) {
      await askJson(http, `${endpoint()}/api/models?limit=1`, RawList, refusalOf(host(), null, false), {
        signal: call.signal,
      })
    },
    async whoAmI(secret, call) {
      const headers = { authorization: `Bearer ${secret}` }
      const refusal = refusalOf(host(), null, true)
      const { value } = await askJson(http, `${endpoint()}/api/whoami-v2`, WhoAmI, refusal, {
        headers,
        signal: call.signal,
      })
      return value.name
    },
  }
}
