import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import {
  claims,
  commitOf,
  describe,
  fileAt,
  isLfs,
  knownRepo,
  newCommit,
  newestCommit,
  wantsGzip,
  type DoubleAccount,
  type DoubleFile,
  type DoubleRepo,
  type StoredRepo,
} from './huggingface-repos.testing.ts'
import { searchModels } from './huggingface-search.testing.ts'
import { noRouteFaults, noTransferFaults, type RouteKnobs, type TransferKnobs } from './knobs.testing.ts'
import { sendJson, startListening, type SeenRequest } from './listening.testing.ts'
import { spoiled } from './spoil.testing.ts'
import { hashOf, sendBytes, type Bytes } from './transfer.testing.ts'

export type HuggingFaceRoute = 'api' | 'resolve' | 'cdn'

export interface HuggingFaceKnobs extends TransferKnobs, RouteKnobs<HuggingFaceRoute> {
  /** Tokens that are known, and whose they are; take one away to revoke it. */
  accounts: Record<string, DoubleAccount>
  /** How long a signed URL of the CDN holds. */
  expiresSeconds: number
  /** Each change makes all signed URLs so far expired. */
  signatureEpoch: number
  /** Where `Link` of a page points: the real hub names itself, also behind a mirror. */
  linkOrigin: string
  /** Pages that never end, each naming a next one. */
  endlessLink: boolean
  /** Where `resolve` leads instead of the CDN: to itself for ever, or to any URL. */
  redirect: 'loop' | { to: string } | null
  /** `x-repo-commit` is another at each request. */
  movingCommit: boolean
  /** Without `x-linked-etag`, `x-linked-size` and Xet headers, as a poor mirror. */
  plainMirror: boolean
}

export interface HuggingFaceDouble {
  origin: string
  cdnOrigin: string
  /** Turned at any moment. */
  knobs: HuggingFaceKnobs
  requests: SeenRequest[]
  /** A new commit on `main`; the old one is still served under its own name. Its hash is the answer. */
  commit(repo: string, files: DoubleFile[]): string
  /** Other bytes under the same commit, as no honest hub does. */
  replaceInPlace(repo: string, path: string, bytes: Bytes): void
  head(repo: string): string
  close(): Promise<void>
}

/**
 * Hugging Face on loopback: the hub on one port, its CDN on another.
 * Source of what it answers: the hub's own clients and captured headers (contract "hubs").
 */
export async function startHuggingFaceDouble(options: {
  repos: DoubleRepo[]
  knobs?: Partial<HuggingFaceKnobs>
}): Promise<HuggingFaceDouble> {
  const requests: SeenRequest[] = []
  const secret = randomBytes(16)
  const repos = new Map<string, StoredRepo>()
  for (const repo of options.repos) repos.set(repo.id, { ...repo, commits: [{ sha: newCommit(), files: repo.files }] })
  const knobs: HuggingFaceKnobs = {
    ...noTransferFaults(),
    ...noRouteFaults<HuggingFaceRoute>(),
    accounts: {},
    expiresSeconds: 3600,
    signatureEpoch: 0,
    linkOrigin: 'https://huggingface.co',
    endlessLink: false,
    redirect: null,
    movingCommit: false,
    plainMirror: false,
    ...options.knobs,
  }

  const sign = (text: string) => createHmac('sha256', secret).update(`${knobs.signatureEpoch}|${text}`).digest('hex')

  const cdn = await startListening('cdn', requests, async (request, response, url) => {
    if (spoiled('cdn', response, knobs, errorBody)) return
    if (request.headers.authorization !== undefined) {
      response.writeHead(400, { 'content-type': 'application/xml' })
      response.end('<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>')
      return
    }
    const expires = Number(url.searchParams.get('X-Amz-Expires-At'))
    const signed = sign(`${url.pathname}|${expires}`)
    if (url.searchParams.get('X-Amz-Signature') !== signed || Date.now() > expires) {
      response.writeHead(403, { 'content-type': 'application/xml' })
      response.end('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>')
      return
    }
    const [, , id, sha, path] = url.pathname.split('/')
    const repo = repos.get(decodeURIComponent(id ?? ''))
    const file = repo && fileAt(repo, sha ?? '', decodeURIComponent(path ?? ''))
    if (!file) {
      response.writeHead(404).end()
      return
    }
    // The CDN's own mark of a file is another than the hub's.
    const etag = `"${(await hashOf(file.bytes, 'sha256', 'xet')).slice(0, 64)}"`
    await sendBytes(request, response, file.bytes, knobs, { etag, 'cache-control': 'public, max-age=31536000' })
  })

  const hub = await startListening('hub', requests, async (request, response, url) => {
    const path = url.pathname
    const api = path.startsWith('/api/') && !path.startsWith('/api/resolve-cache/')
    if (spoiled(api ? 'api' : 'resolve', response, knobs, errorBody)) return
    if (path === '/api/whoami-v2') {
      whoAmI(request, response)
      return
    }
    if (path === '/api/models') {
      const found = searchModels(
        [...repos.values()].filter(({ private: hidden }) => !hidden),
        url,
        knobs.endlessLink,
      )
      const link = found.next === null ? {} : { link: `<${knobs.linkOrigin}${found.next}>; rel="next"` }
      sendApi(request, response, found.models, link)
      return
    }
    const route =
      /^\/api\/models\/([^/]+\/[^/]+)(?:\/(revision|tree|auth-check|xet-read-token)(?:\/([^/]+)(?:\/(.*))?)?)?$/.exec(
        path,
      )
    if (route) {
      const [, id = '', kind, revision, rest] = route
      await answerApi(request, response, url, { id: decodeURIComponent(id), kind, revision, rest })
      return
    }
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path)
    if (file) {
      const [, id = '', revision = '', rest = ''] = file
      await answerResolve(request, response, url, decodeURIComponent(id), decodeURIComponent(revision), rest)
      return
    }
    const cached = /^\/api\/resolve-cache\/models\/([^/]+\/[^/]+)\/([^/]+)\/(.+)$/.exec(path)
    if (cached) {
      const [, id = '', sha = '', rest = ''] = cached
      await answerSmall(request, response, decodeURIComponent(id), sha, decodeURIComponent(rest))
      return
    }
    sendJson(response, 404, { error: 'Sorry, we can’t find the page you are looking for.' })
  })

  function whoAmI(request: IncomingMessage, response: ServerResponse) {
    const account = accountOf(request, knobs)
    if (account === null || account === 'unknown') {
      sendJson(response, 401, { error: 'Invalid username or password.' })
      return
    }
    sendJson(response, 200, {
      type: 'user',
      name: account.user,
      fullname: account.user,
      auth: { type: 'access_token' },
    })
  }

  /** Whether the request may go on; else it is answered. Metadata of gated repositories is open to all. */
  function admitted(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    forFiles: boolean,
  ): StoredRepo | null {
    const repo = repos.get(id)
    const account = accountOf(request, knobs)
    const granted = account !== null && account !== 'unknown' && account.granted.includes(id)
    if (account === 'unknown' && (!repo || !repo.gated)) {
      sendJson(
        response,
        401,
        { error: 'Invalid username or password.' },
        { 'x-error-message': 'Invalid credentials in Authorization header' },
      )
      return null
    }
    if (!repo || (repo.private && !granted)) {
      const head = { 'x-error-code': 'RepoNotFound', 'x-error-message': 'Repository not found' }
      if (account === null) sendJson(response, 401, { error: 'Invalid username or password.' }, head)
      else sendJson(response, 404, { error: 'Repository not found' }, head)
      return null
    }
    if (forFiles && repo.gated && !granted) {
      const message =
        account === null || account === 'unknown'
          ? `Access to model ${id} is restricted. You must have access to it and be authenticated to access it. Please log in.`
          : `Access to model ${id} is restricted and you are not in the authorized list. Visit https://huggingface.co/${id} to ask for access.`
      sendJson(
        response,
        account === null || account === 'unknown' ? 401 : 403,
        { error: message },
        {
          'x-error-code': 'GatedRepo',
          'x-error-message': message,
        },
      )
      return null
    }
    return repo
  }

  async function answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    asked: { id: string; kind: string | undefined; revision: string | undefined; rest: string | undefined },
  ) {
    const repo = admitted(request, response, asked.id, asked.kind === 'auth-check')
    if (!repo) return
    if (asked.kind === 'auth-check') {
      sendJson(response, 200, { ok: true })
      return
    }
    const commit = commitOf(repo, decodeURIComponent(asked.revision ?? 'main'))
    if (!commit) {
      const message = `Invalid rev id: ${asked.revision}`
      sendJson(response, 404, { error: message }, { 'x-error-code': 'RevisionNotFound', 'x-error-message': message })
      return
    }
    if (asked.kind === 'xet-read-token') {
      sendJson(response, 200, { accessToken: 'xet', exp: Math.floor(Date.now() / 1000) + 3600, casUrl: cdn.origin })
      return
    }
    if (asked.kind === 'tree') {
      await answerTree(request, response, url, repo, commit, asked.rest)
      return
    }
    const siblings = await Promise.all(
      commit.files.map(async (file) => {
        if (url.searchParams.get('blobs') !== 'true') return { rfilename: file.path }
        const { size, sha1, sha256 } = await claims(file)
        const lfs = isLfs(file, size) ? { lfs: { size, sha256, pointerSize: 135 } } : {}
        return { rfilename: file.path, size, blobId: sha1, ...lfs }
      }),
    )
    sendApi(request, response, { ...describe(repo), sha: commit.sha, siblings })
  }

  async function answerTree(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    repo: StoredRepo,
    commit: StoredRepo['commits'][number],
    below: string | undefined,
  ) {
    const folder = below ? `${decodeURIComponent(below)}/` : ''
    const entries = await Promise.all(
      commit.files
        .filter(({ path }) => path.startsWith(folder))
        .map(async (file) => {
          const { size, sha1, sha256, xet } = await claims(file)
          if (!isLfs(file, size)) return { type: 'file', oid: sha1, size, path: file.path }
          return {
            type: 'file',
            oid: sha1,
            size,
            path: file.path,
            lfs: { oid: sha256, size, pointerSize: 135 },
            xetHash: xet,
          }
        }),
    )
    const start = Number(url.searchParams.get('cursor') ?? 0)
    const limit = Math.min(1000, Number(url.searchParams.get('limit') ?? 1000))
    const more = start + limit < entries.length || knobs.endlessLink
    const next = `${url.pathname}?recursive=true&limit=${limit}&cursor=${start + limit}`
    sendApi(
      request,
      response,
      entries.slice(start, start + limit),
      more ? { link: `<${knobs.linkOrigin}${next}>; rel="next"` } : {},
    )
  }

  async function answerResolve(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    id: string,
    revision: string,
    rest: string,
  ) {
    const repo = admitted(request, response, id, true)
    if (!repo) return
    const commit = commitOf(repo, revision)
    const path = decodeURIComponent(rest)
    const file = commit?.files.find((one) => one.path === path)
    if (!commit || !file) {
      const code = commit ? 'EntryNotFound' : 'RevisionNotFound'
      const message = commit ? 'Entry not found' : `Invalid rev id: ${revision}`
      response.writeHead(404, { 'x-error-code': code, 'x-error-message': message, 'content-type': 'text/plain' })
      response.end(message)
      return
    }
    const sha = knobs.movingCommit ? newCommit() : commit.sha
    const { size, sha1, sha256, xet } = await claims(file)
    if (!isLfs(file, size)) {
      const location = `/api/resolve-cache/models/${id}/${commit.sha}/${encodeURIComponent(path)}`
      response.writeHead(307, {
        location,
        'x-repo-commit': sha,
        etag: `"${sha1}"`,
        'x-linked-size': String(size),
        'content-length': '0',
      })
      response.end()
      return
    }
    const target = `/xet/${encodeURIComponent(id)}/${commit.sha}/${encodeURIComponent(path)}`
    const expires = Date.now() + knobs.expiresSeconds * 1000
    const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
    const query = `X-Amz-Date=${date}&X-Amz-Expires=${knobs.expiresSeconds}&X-Amz-Expires-At=${expires}&X-Amz-Signature=${sign(`${target}|${expires}`)}`
    const location =
      knobs.redirect === 'loop'
        ? `${hub.origin}${url.pathname}?again=${requests.length}`
        : (knobs.redirect?.to ?? `${cdn.origin}${target}?${query}`)
    const linked = {
      'x-linked-size': String(size),
      'x-linked-etag': `"${sha256}"`,
      'x-xet-hash': xet,
      link: `<${knobs.linkOrigin}/api/models/${id}/xet-read-token/${sha}>; rel="xet-auth", <${cdn.origin}/reconstructions/${xet}>; rel="xet-reconstruction-info"`,
    }
    response.writeHead(302, {
      'accept-ranges': 'bytes',
      'x-repo-commit': sha,
      ...(knobs.plainMirror ? {} : linked),
      location,
      'content-length': '0',
    })
    response.end()
  }

  async function answerSmall(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    sha: string,
    path: string,
  ) {
    const repo = admitted(request, response, id, true)
    const file = repo && fileAt(repo, sha, path)
    if (!repo) return
    if (!file) {
      sendJson(response, 404, { error: 'Entry not found' }, { 'x-error-code': 'EntryNotFound' })
      return
    }
    const { sha1 } = await claims(file)
    const head = { etag: `"${sha1}"`, 'x-repo-commit': sha }
    if (file.bytes instanceof Uint8Array && wantsGzip(request) && request.headers.range === undefined) {
      response.writeHead(200, { ...head, 'content-type': 'text/plain; charset=utf-8', 'content-encoding': 'gzip' })
      response.end(request.method === 'HEAD' ? undefined : gzipSync(file.bytes))
      return
    }
    await sendBytes(request, response, file.bytes, knobs, { ...head, 'content-type': 'text/plain; charset=utf-8' })
  }

  function sendApi(
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    headers: Record<string, string> = {},
  ) {
    const text = JSON.stringify(body)
    const bytes = Buffer.from(knobs.halfAnswer.api ? text.slice(0, Math.ceil(text.length / 2)) : text)
    const gzip = wantsGzip(request)
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      ratelimit: '"api";r=499;t=300',
      'ratelimit-policy': '"fixed window";"api";q=500;w=300',
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...headers,
    })
    response.end(gzip ? gzipSync(bytes) : bytes)
  }

  return {
    origin: hub.origin,
    cdnOrigin: cdn.origin,
    knobs,
    requests,
    commit(id, files) {
      const repo = knownRepo(repos, id)
      const sha = newCommit()
      repo.commits.push({ sha, files })
      return sha
    },
    replaceInPlace(id, path, bytes) {
      const repo = knownRepo(repos, id)
      for (const commit of repo.commits) {
        commit.files = commit.files.map((file) => (file.path === path ? { ...file, bytes } : file))
      }
    },
    head: (id) => newestCommit(knownRepo(repos, id)).sha,
    async close() {
      await Promise.all([hub.close(), cdn.close()])
    },
  }
}

function accountOf(request: IncomingMessage, knobs: HuggingFaceKnobs): DoubleAccount | 'unknown' | null {
  const header = request.headers.authorization
  if (header === undefined) return null
  return knobs.accounts[header.replace(/^Bearer /, '')] ?? 'unknown'
}

function errorBody(message: string) {
  return { error: message }
}
