import type { IncomingMessage, ServerResponse } from 'node:http'
import { noRouteFaults, noTransferFaults, take, type RouteKnobs, type TransferKnobs } from './knobs.testing.ts'
import { sendJson, startListening, type SeenRequest } from './listening.testing.ts'
import { spoiled } from './spoil.testing.ts'
import { hashOf, sendBytes, sizeOf, type Bytes } from './transfer.testing.ts'

export interface ScopeFile {
  path: string
  bytes: Bytes
  /** What the hub claims instead of the truth; a null hash is left out. */
  claims?: { size?: number; sha256?: string | null }
}

export interface ScopeRepo {
  id: string
  files: ScopeFile[]
  downloads?: number
  tags?: string[]
  /** Only with the token. */
  private?: boolean
}

export type ModelScopeRoute = 'search' | 'files' | 'file'

export interface ModelScopeKnobs extends TransferKnobs, RouteKnobs<ModelScopeRoute> {
  /** Token and the account's name. */
  accounts: Record<string, string>
  /** `QuotaLimitExceed` in the body of a 200 for so many requests of files. */
  quota: { times: number } | null
}

export interface ModelScopeDouble {
  origin: string
  knobs: ModelScopeKnobs
  requests: SeenRequest[]
  replaceInPlace(repo: string, path: string, bytes: Bytes): void
  close(): Promise<void>
}

/** ModelScope on loopback: one port; files are sent by itself. */
export async function startModelScopeDouble(options: {
  repos: ScopeRepo[]
  knobs?: Partial<ModelScopeKnobs>
}): Promise<ModelScopeDouble> {
  const requests: SeenRequest[] = []
  const repos = new Map(options.repos.map((repo) => [repo.id, repo]))
  const knobs: ModelScopeKnobs = {
    ...noTransferFaults(),
    ...noRouteFaults<ModelScopeRoute>(),
    accounts: {},
    quota: null,
    ...options.knobs,
  }

  const server = await startListening('hub', requests, async (request, response, url) => {
    if (url.pathname === '/openapi/v1/models') {
      if (!spoiled('search', response, knobs, errorBody)) answerSearch(response, url)
      return
    }
    if (url.pathname === '/openapi/v1/users/me') {
      const user = knobs.accounts[tokenOf(request)]
      if (user === undefined) sendJson(response, 401, { success: false, message: 'invalid token' })
      else sendJson(response, 200, { success: true, data: { username: user } })
      return
    }
    const route = /^\/api\/v1\/models\/([^/]+\/[^/]+)(\/repo|\/repo\/files)?$/.exec(url.pathname)
    if (!route) {
      sendJson(response, 404, { Code: 404, Success: false, Message: 'not found' })
      return
    }
    const part: ModelScopeRoute = route[2] === '/repo' ? 'file' : 'files'
    if (spoiled(part, response, knobs, errorBody)) return
    const token = tokenOf(request)
    const repo = repos.get(decodeURIComponent(route[1] ?? ''))
    if (token !== '' && knobs.accounts[token] === undefined) {
      sendJson(response, 401, { Code: 10010205001, Success: false, Message: 'token invalid' })
      return
    }
    if (!repo || (repo.private && token === '')) {
      sendJson(response, 404, { Code: 10010205001, Success: false, Message: `model ${route[1]} not exists` })
      return
    }
    if (route[2] === '/repo') {
      const path = url.searchParams.get('FilePath') ?? ''
      const file = repo.files.find((one) => one.path === path)
      if (!file) sendJson(response, 404, { Code: 10010205002, Success: false, Message: `file ${path} not exists` })
      else if (take(knobs.quota)) sendJson(response, 200, { Code: 429, Success: false, Message: 'QuotaLimitExceed' })
      else
        await sendBytes(request, response, file.bytes, knobs, { etag: `"${await hashOf(file.bytes, 'sha256', 'ms')}"` })
      return
    }
    if (route[2] === undefined) {
      sendJson(response, 200, { Code: 200, Success: true, Data: { Path: repo.id, Downloads: repo.downloads ?? 0 } })
      return
    }
    const files = await Promise.all(repo.files.map(describeFile))
    sendText(
      response,
      JSON.stringify({ Code: 200, Success: true, Data: { Files: [...foldersOf(repo), ...files] } }),
      part,
    )
  })

  function answerSearch(response: ServerResponse, url: URL) {
    const words = (url.searchParams.get('search') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const page = Math.max(1, Number(url.searchParams.get('page_number') ?? 1))
    const size = Math.min(50, Math.max(1, Number(url.searchParams.get('page_size') ?? 10)))
    const library = url.searchParams.get('filter.library')
    const found = [...repos.values()]
      .filter((repo) => words.every((word) => repo.id.toLowerCase().includes(word)))
      .filter((repo) => library === null || (repo.tags ?? ['gguf']).includes(library))
      .toSorted((left, right) => (right.downloads ?? 0) - (left.downloads ?? 0))
    const models = found
      .slice((page - 1) * size, page * size)
      .map((repo) => ({ id: repo.id, downloads: repo.downloads ?? 0, tags: repo.tags ?? ['gguf'] }))
    sendText(response, JSON.stringify({ success: true, data: { models, total_count: found.length } }), 'search')
  }

  function sendText(response: ServerResponse, text: string, route: ModelScopeRoute) {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
    response.end(knobs.halfAnswer[route] ? text.slice(0, Math.ceil(text.length / 2)) : text)
  }

  return {
    origin: server.origin,
    knobs,
    requests,
    replaceInPlace(id, path, bytes) {
      const repo = repos.get(id)
      if (repo) repo.files = repo.files.map((file) => (file.path === path ? { ...file, bytes } : file))
    },
    close: server.close,
  }
}

async function describeFile(file: ScopeFile) {
  const sha256 = file.claims?.sha256 === undefined ? await hashOf(file.bytes, 'sha256') : file.claims.sha256
  return {
    Path: file.path,
    Name: file.path.split('/').at(-1),
    Type: 'blob',
    Size: file.claims?.size ?? (await sizeOf(file.bytes)),
    Revision: '9f0c2a',
    ...(sha256 === null ? {} : { Sha256: sha256 }),
  }
}

function foldersOf(repo: ScopeRepo) {
  const folders = new Set(
    repo.files.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/'))] : [])),
  )
  return [...folders].map((path) => ({ Path: path, Name: path.split('/').at(-1), Type: 'tree', Size: 0, Sha256: '' }))
}

function tokenOf(request: IncomingMessage): string {
  const bearer = request.headers.authorization?.replace(/^Bearer /, '')
  return bearer ?? /m_session_id=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
}

function errorBody(message: string) {
  return { Code: 500, Success: false, Message: message }
}
