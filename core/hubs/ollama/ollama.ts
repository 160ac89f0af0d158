import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import type { CatalogueModel, HubModel, HubRepo, HubVariant } from '../../../shared/domain/hubs.ts'
import { parametersFromName, typesOf } from '../describe-model.ts'
import { reachOfHost } from '../http/addresses.ts'
import { isPage, parseJson, refused } from '../http/ask-json.ts'
import { answerInvalid, captivePortal } from '../http/network-errors.ts'
import { expiryOf, safeRedirect } from '../http/safe-redirect.ts'
import type { Http, Hub, HubCall } from '../hub.ts'
import { isRegistryRepo, nameInvalid, parseModelName } from '../names.ts'
import { parseLabel } from '../quantization-label.ts'
import { readAttachments } from './attachments.ts'
import { filesOf, MANIFEST_TYPE, parseManifest, type Layer, type Manifest } from './manifest.ts'
import { createRegistry, registryRefusal } from './registry.ts'
import type { SignText } from './registry-key.ts'

export interface OllamaDeps {
  http: Http
  endpoint: () => string
  sign: SignText
  /** The registry has no search: what is known of it is listed. */
  catalogue: CatalogueModel[]
  now: () => number
}

const MANIFEST_BYTES = 1 << 20
const CONFIG_BYTES = 64 << 10

const Config = z.object({
  model_family: z.string().nullish().catch(null),
  model_type: z.string().nullish().catch(null),
  file_type: z.string().nullish().catch(null),
})

/** Ollama's registry. Protocol: Ollama's own client, `server/images.go` and `server/auth.go`. */
export function createOllama({ http, endpoint, sign, catalogue, now }: OllamaDeps): Hub {
  const registry = createRegistry(http, sign, now)

  /** Where a repository lies: `ns/model` at the configured registry, `host/ns/model` at its own. */
  function placeOf(repo: string) {
    const parts = repo.split('/')
    const path = parts.slice(-2).join('/')
    if (!isRegistryRepo(repo)) throw nameInvalid(repo)
    if (parts.length === 2) return { origin: endpoint(), path, host: new URL(endpoint()).host }
    const own = new URL(`https://${parts[0]}`)
    if (own.host === new URL(endpoint()).host) return { origin: endpoint(), path, host: own.host }
    // Who may name a model must not reach into the network through it.
    if ((reachOfHost(own.hostname) ?? 0) > 0) throw nameInvalid(repo)
    return { origin: own.origin, path, host: own.host }
  }

  async function manifestOf(repo: string, tag: string, call: HubCall) {
    if (!/^\w[\w.-]{0,127}$/.test(tag)) throw nameInvalid(tag)
    const place = placeOf(repo)
    const address = `${place.origin}/v2/${place.path}/manifests/${tag}`
    const answer = await registry.request(address, { headers: { accept: MANIFEST_TYPE }, signal: call.signal })
    const text = await answer.text(MANIFEST_BYTES)
    const name = `${repo.replace(/^library\//, '')}:${tag}`
    if (answer.status >= 300 && answer.status < 400) throw captivePortal(place.host)
    if (answer.status !== 200) throw refused(answer, text, place.host, registryRefusal(place.host, name))
    if (isPage(answer)) throw captivePortal(place.host)
    return { manifest: parseManifest(text, place.host), place }
  }

  async function blob(
    place: ReturnType<typeof placeOf>,
    layer: Layer,
    maxBytes: number,
    call: HubCall,
  ): Promise<string> {
    const address = `${place.origin}/v2/${place.path}/blobs/sha256:${layer.sha256}`
    const answer = await registry.request(address, { signal: call.signal })
    const location = answer.header('location')
    const redirected = answer.status >= 300 && answer.status < 400 && location !== null
    if (redirected) answer.body.resume()
    const target = redirected ? await safeRedirect(address, location) : null
    const last = target ? await http.request(target.href, { signal: call.signal }) : answer
    const text = await last.text(Math.max(maxBytes, 1))
    if (last.status !== 200) throw refused(last, text, place.host, registryRefusal(place.host, null))
    return text
  }

  async function configOf(manifest: Manifest, place: ReturnType<typeof placeOf>, call: HubCall) {
    if (!manifest.config || manifest.config.sizeBytes > CONFIG_BYTES) return null
    return parseJson(await blob(place, manifest.config, manifest.config.sizeBytes, call), Config, place.host)
  }

  /** Tags of a model that the catalogue knows, and `latest`. */
  function tagsOf(repo: string): string[] {
    const model = repo.replace(/^library\//, '')
    const names = catalogue
      .flatMap(({ name, aliases }) => [name, ...aliases])
      .filter((name) => name.startsWith(`${model}:`))
    return [...new Set([...names.map((name) => name.slice(model.length + 1)), 'latest'])].slice(0, 12)
  }

  async function variantOf(
    repo: string,
    tag: string,
    call: HubCall,
  ): Promise<{ variant: HubVariant; config: z.infer<typeof Config> | null } | null> {
    try {
      const { manifest, place } = await manifestOf(repo, tag, call)
      const config = await configOf(manifest, place, call)
      const files = filesOf(manifest, fileBase(repo, tag)).filter(({ role }) => role === 'weights')
      const sizeBytes = files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0)
      const quantization = parseLabel(config?.file_type ?? '') ?? parseLabel(tag)
      const listed = files.map(({ path, sizeBytes: size, sha256 }) => ({ path, sizeBytes: size, sha256 }))
      return { variant: { id: tag, quantization, files: listed, sizeBytes, incomplete: false }, config }
    } catch (error) {
      if (error instanceof AppError && (error.code === 'hub_not_found' || error.code === 'model_unsupported'))
        return null
      throw error
    }
  }

  const pageOf = (repo: string) => `https://ollama.com/${repo}`

  async function repoOf(repo: string, revision: string | undefined, call: HubCall): Promise<HubRepo> {
    const place = placeOf(repo)
    const tags = [...new Set([...(revision === undefined ? [] : [revision]), ...tagsOf(repo)])].filter((tag) =>
      /^\w[\w.-]{0,127}$/.test(tag),
    )
    const found = (await Promise.all(tags.map((tag) => variantOf(repo, tag, call)))).filter((one) => one !== null)
    const [first] = found
    if (!first) throw refused404(place.host, repo)
    const known = catalogue.find(({ sources }) =>
      sources.some((source) => source.hub === 'ollama' && source.repo === repo),
    )
    const model = known ? fromCatalogue(known, repo) : fromConfig(repo, first.config)
    const variants = withoutTwins(found.map(({ variant }) => variant))
    return {
      model,
      revision: 'latest',
      variants,
      projectors: [],
      adapters: [],
      others: [],
      facts: null,
      name: repo.replace(/^library\//, ''),
      url: pageOf(repo),
    }
  }

  /** What was typed, if the registry has a model of that very name. */
  async function named(text: string, call: HubCall): Promise<HubModel[]> {
    try {
      const { hub, repo, variant } = parseModelName(text)
      return hub === 'ollama' ? [(await repoOf(repo, variant ?? undefined, call)).model] : []
    } catch (error) {
      if (error instanceof AppError && (error.code === 'hub_not_found' || error.code === 'name_invalid')) return []
      throw error
    }
  }

  return {
    id: 'ollama',
    endpoint,
    async search(query, call) {
      const words = query.text
        .toLowerCase()
        .split(/[\s:/]+/)
        .filter(Boolean)
      const seen = new Set<string>()
      const listed = catalogue.flatMap((model): HubModel[] => {
        const source = model.sources.find(({ hub }) => hub === 'ollama')
        const text = [model.name, model.title, ...model.aliases].join(' ').toLowerCase()
        if (!source || seen.has(source.repo) || !words.every((word) => text.includes(word))) return []
        seen.add(source.repo)
        return [fromCatalogue(model, source.repo)]
      })
      const models = listed.length > 0 || words.length === 0 ? listed : await named(query.text, call)
      return { models, cursor: null, total: models.length }
    },
    repo: repoOf,
    card: () => Promise.resolve(null),
    async plan(wanted, call) {
      const tag = wanted.variant === '' ? 'latest' : wanted.variant
      const { manifest, place } = await manifestOf(wanted.repo, tag, call)
      const files = filesOf(manifest, fileBase(wanted.repo, tag))
      const attachments = await readAttachments(manifest, place.host, (layer, maxBytes) =>
        blob(place, layer, maxBytes, call),
      )
      const short = wanted.repo.replace(/^library\//, '')
      return {
        name: wanted.name ?? (tag === 'latest' ? short : `${short}:${tag}`),
        title: `${short.split('/').at(-1) ?? short}${tag === 'latest' ? '' : ` ${tag}`}`,
        source: { hub: 'ollama', repo: wanted.repo, revision: manifest.digest, variant: tag, url: pageOf(wanted.repo) },
        // A port's colon can't stand in a folder's name on Windows.
        folder: `ollama/${wanted.repo.replaceAll(':', '_')}`,
        files,
        attachments,
      }
    },
    async locate(plan, file, call) {
      const place = placeOf(plan.source.repo)
      if (file.sha256 === null || !/^[0-9a-f]{64}$/.test(file.sha256)) throw answerInvalid(place.host)
      const address = `${place.origin}/v2/${place.path}/blobs/sha256:${file.sha256}`
      const answer = await registry.request(address, { headers: { range: 'bytes=0-0' }, signal: call.signal })
      const location = answer.header('location')
      answer.body.destroy()
      const known = { sizeBytes: file.sizeBytes, sha256: file.sha256, revision: plan.source.revision }
      if (answer.status >= 300 && answer.status < 400 && location !== null) {
        const url = await safeRedirect(address, location)
        const same = url.origin === new URL(address).origin
        return { ...known, url: url.href, headers: same ? registry.headers(address) : {}, expiresAt: expiryOf(url) }
      }
      if (answer.status >= 400) throw refused(answer, '', place.host, registryRefusal(place.host, plan.source.repo))
      if (isPage(answer)) throw captivePortal(place.host)
      return { ...known, url: address, headers: registry.headers(address), expiresAt: null }
    },
    async ping(call) {
      const answer = await http.request(`${endpoint()}/v2/`, { signal: call.signal, follow: false })
      answer.body.destroy()
      const { host } = new URL(endpoint())
      if (answer.status >= 500) throw refused(answer, '', host, () => null)
    },
  }
}

function refused404(host: string, repo: string): AppError {
  return registryRefusal(host, repo.replace(/^library\//, ''))(404, () => null, '') ?? answerInvalid(host)
}

function fileBase(repo: string, tag: string): string {
  return `${repo.split('/').at(-1) ?? 'model'}-${tag}`
}

/** `latest` is another tag's twin: the one that says more stays. */
function withoutTwins(variants: HubVariant[]): HubVariant[] {
  const hashes = new Map<string, HubVariant>()
  for (const variant of variants) {
    const key = variant.files[0]?.sha256 ?? variant.id
    const other = hashes.get(key)
    if (!other || other.id === 'latest') hashes.set(key, variant)
  }
  return [...hashes.values()].toSorted((left, right) => (left.sizeBytes ?? 0) - (right.sizeBytes ?? 0))
}

function fromCatalogue(model: CatalogueModel, repo: string): HubModel {
  const title = repo.replace(/^library\//, '')
  return {
    hub: 'ollama',
    repo,
    title,
    author: 'library',
    downloads: null,
    likes: null,
    createdAt: null,
    updatedAt: null,
    parameters: model.parameters,
    architecture: model.architecture,
    contextLength: model.contextLength,
    licence: model.licence,
    languages: model.languages,
    types: model.kind === 'embedding' ? ['embedding'] : typesOf(`${title}-instruct`, [], null),
    gated: 'open',
    tags: [],
  }
}

function fromConfig(repo: string, config: z.infer<typeof Config> | null): HubModel {
  const title = repo.replace(/^library\//, '')
  return {
    hub: 'ollama',
    repo,
    title,
    author: repo.split('/').at(-2) ?? 'library',
    downloads: null,
    likes: null,
    createdAt: null,
    updatedAt: null,
    parameters: parametersFromName(config?.model_type ?? '') ?? parametersFromName(title),
    architecture: config?.model_family ?? null,
    contextLength: null,
    licence: null,
    languages: [],
    types: typesOf(title, [], 'text-generation'),
    gated: 'open',
    tags: [],
  }
}
