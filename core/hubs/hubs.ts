import { join } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import type { DownloadRequest } from '../../shared/domain/downloads.ts'
import type {
  CatalogueModel,
  HubAccount,
  HubId,
  HubPage,
  HubQuery,
  HubReach,
  HubRepo,
} from '../../shared/domain/hubs.ts'
import type { GgufFacts, ModelSource } from '../../shared/domain/models.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { Log } from '../lib/log.ts'
import { createAccounts } from './accounts.ts'
import { nameInCatalogue, readCatalogue } from './catalogue.ts'
import { withoutFrontMatter } from './describe-model.ts'
import { endpointOf } from './endpoints.ts'
import { type HeaderDeps, readHubFacts } from './header-facts.ts'
import type { DownloadPlan, Http, Hub, HubCall, Located, PlannedFile } from './hub.ts'
import { answerInvalid } from './http/network-errors.ts'
import { createHuggingFace } from './huggingface/huggingface.ts'
import { createModelScope } from './modelscope/modelscope.ts'
import { createOllama } from './ollama/ollama.ts'
import { createPush, type PushRequest } from './ollama/push.ts'
import { createRegistryKey } from './ollama/registry-key.ts'
import { createPlanByName } from './plan-by-name.ts'
import { safeRepoPath } from './safe-path.ts'
import { matches, searchOn } from './search-filters.ts'
import type { Secrets } from './secrets.ts'

export interface HubsDeps {
  http: Http
  /** Read anew for each request. */
  settings: () => Settings['hubs']
  env: Record<string, string | undefined>
  secrets: Secrets
  readHeader: HeaderDeps['readHeader']
  /** Of this program; beginnings of files lie in it for a moment. */
  home: string
  /** Bytes that a model may take here. */
  memoryBudget: () => number
  log: Pick<Log, 'warn'>
  /** Epoch milliseconds. */
  now?: () => number
}

/** What the hub has now of something that was downloaded. */
export interface Newest {
  revision: string
  sizeBytes: number | null
  /** Of the weights in order; null where the hub tells none. */
  sha256: (string | null)[]
}

interface RepoRequest {
  hub: HubId
  repo: string
  revision?: string | undefined
}

/** All hubs behind one door. Everything rejects with AppErrors. */
export interface Hubs {
  catalogue(): CatalogueModel[]
  search(query: HubQuery, call?: HubCall): Promise<HubPage>
  repo(request: RepoRequest, call?: HubCall): Promise<HubRepo>
  /** Null when there is no card. Written by strangers. */
  card(request: RepoRequest, call?: HubCall): Promise<{ markdown: string | null }>
  reach(call?: HubCall): Promise<HubReach[]>
  accounts(): Promise<HubAccount[]>
  setToken(hub: HubId, token: string | null): Promise<HubAccount>
  planFor(
    request: Pick<DownloadRequest, 'hub' | 'repo' | 'revision' | 'variant'>,
    call?: HubCall,
  ): Promise<DownloadPlan>
  /** What a name that people type stands for; see `parseModelName`. */
  planByName(name: string, call?: HubCall): Promise<DownloadPlan>
  locate(plan: Pick<DownloadPlan, 'source'>, file: PlannedFile, call?: HubCall): Promise<Located>
  /** Null when the hub no longer has it. */
  newest(source: ModelSource, call?: HubCall): Promise<Newest | null>
  /** Publishes a model at Ollama's registry. */
  push(request: PushRequest): Promise<void>
}

const IDS: HubId[] = ['huggingface', 'modelscope', 'ollama']
const REACH_MS = 5000
const FACTS_KEPT = 300
/** A page is not kept waiting longer for what is inside a file. */
const FACTS_MS = 8000

/** The hubs: three adapters, the curated list, tokens. */
export function createHubs(deps: HubsDeps): Hubs {
  const { http, secrets, env } = deps
  const now = deps.now ?? Date.now
  const catalogue = readCatalogue()
  const endpoint = (hub: HubId) => () => endpointOf(hub, deps.settings().endpoints, env)
  const sign = createRegistryKey(secrets)
  const accounts = createAccounts({ secrets, env, hub: (id) => adapters[id] })
  const withToken = (hub: HubId) => ({ http, endpoint: endpoint(hub), token: () => accounts.token(hub) })
  const adapters: Record<HubId, Hub> = {
    huggingface: createHuggingFace(withToken('huggingface')),
    modelscope: createModelScope(withToken('modelscope')),
    ollama: createOllama({ http, endpoint: endpoint('ollama'), sign, catalogue, now }),
  }
  const facts = new Map<string, GgufFacts>()
  const header = { http, folder: join(deps.home, 'temporary'), readHeader: deps.readHeader }

  /** Runs a question to a hub, and remembers when it refused the token. */
  async function ask<T>(id: HubId, question: (hub: Hub) => Promise<T>): Promise<T> {
    try {
      return await question(adapters[id])
    } catch (error) {
      if (error instanceof AppError && error.code === 'hub_token_refused') accounts.refused(id)
      throw error
    }
  }

  async function factsOf(hub: Hub, repo: HubRepo, call: HubCall): Promise<GgufFacts | null> {
    const key = `${hub.id} ${repo.model.repo} ${repo.revision} ${repo.variants.map(({ sizeBytes }) => sizeBytes).join(' ')}`
    const known = facts.get(key)
    if (known) return known
    try {
      const timeout = AbortSignal.timeout(FACTS_MS)
      const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
      const read = await readHubFacts(header, hub, repo, { signal })
      const [oldest] = facts.keys()
      if (facts.size >= FACTS_KEPT && oldest !== undefined) facts.delete(oldest)
      if (read !== null) facts.set(key, read)
      return read
    } catch (error) {
      call.signal?.throwIfAborted()
      // Gated files, odd headers: the page is worth showing without them.
      deps.log.warn(
        { code: error instanceof AppError ? error.code : 'internal' },
        'a header could not be read at the hub',
      )
      return null
    }
  }

  const plan = async (
    request: { hub: HubId; repo: string; revision?: string | undefined; variant: string; name?: string | undefined },
    call: HubCall,
  ): Promise<DownloadPlan> => {
    const found = await ask(request.hub, (hub) => hub.plan(request, call))
    const safe = safeRepoPath(found.folder) && found.files.every(({ path }) => safeRepoPath(path))
    if (!safe || found.files.length === 0) throw answerInvalid(new URL(adapters[request.hub].endpoint()).host)
    return found
  }

  return {
    catalogue: () => catalogue,
    async search(query, call = {}) {
      const budget = deps.memoryBudget()
      return ask(query.hub, (hub) =>
        searchOn(
          query,
          (asked) => hub.search(asked, call),
          (model) => matches(model, query, budget),
        ),
      )
    },
    async repo({ hub: id, repo, revision }, call = {}) {
      return ask(id, async (hub) => {
        const found = await hub.repo(repo, revision, call)
        const read = await factsOf(hub, found, call)
        if (read === null) return found
        const { model } = found
        const filled = {
          ...model,
          parameters: model.parameters ?? (read.parameters > 0 ? read.parameters : null),
          architecture: model.architecture ?? read.architecture,
          contextLength: model.contextLength ?? read.contextLength,
          licence: model.licence ?? read.licence,
        }
        return { ...found, model: filled, facts: read }
      })
    },
    async card({ hub: id, repo, revision }, call = {}) {
      const markdown = await ask(id, (hub) => hub.card(repo, revision, call))
      return { markdown: markdown === null ? null : withoutFrontMatter(markdown) }
    },
    async reach(call = {}) {
      return Promise.all(
        IDS.map(async (id) => {
          const start = performance.now()
          const timeout = AbortSignal.timeout(REACH_MS)
          const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
          const answered = await adapters[id].ping({ signal }).then(
            () => true,
            () => false,
          )
          const latencyMs = answered ? Math.max(1, Math.round(performance.now() - start)) : null
          return { hub: id, endpoint: adapters[id].endpoint(), latencyMs }
        }),
      )
    },
    accounts: () => accounts.list(),
    setToken: (hub, token) => accounts.set(hub, token),
    async planFor(request, call = {}) {
      const found = await plan(request, call)
      const { source } = found
      const name = nameInCatalogue(catalogue, source.hub, source.repo, source.variant)
      return name === null ? found : { ...found, name }
    },
    planByName: createPlanByName(catalogue, plan),
    locate: (source, file, call = {}) => ask(source.source.hub, (hub) => hub.locate(source, file, call)),
    async newest(source, call = {}) {
      try {
        const found = await plan({ hub: source.hub, repo: source.repo, variant: source.variant }, call)
        const weights = found.files.filter(({ role }) => role === 'weights')
        const known = weights.every(({ sizeBytes }) => sizeBytes !== null)
        const sizeBytes = known ? weights.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0) : null
        return { revision: found.source.revision, sizeBytes, sha256: weights.map(({ sha256 }) => sha256) }
      } catch (error) {
        if (error instanceof AppError && error.code === 'hub_not_found') return null
        throw error
      }
    },
    push: createPush({ http, endpoint: endpoint('ollama'), sign, now }),
  }
}
