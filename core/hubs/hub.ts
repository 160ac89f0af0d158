import type { Readable } from 'node:stream'
import type { HubId, HubPage, HubQuery, HubRepo } from '../../shared/domain/hubs.ts'
import type { ModelSource } from '../../shared/domain/models.ts'

/** One file of a model, as a hub names it. */
export interface PlannedFile {
  /** Inside the repository, with `/`; where it lies in the model's folder. Checked: it can't leave that folder. */
  path: string
  /** Null when the hub does not say before the download. */
  sizeBytes: number | null
  /** Lower-case hex. */
  sha256: string | null
  role: 'weights' | 'projector' | 'adapter'
}

/** What comes with a model beside its files; Ollama's registry keeps each as a layer. */
export interface Attachments {
  /** Go text/template. */
  template: string | null
  system: string | null
  /** The registry's params object, as `{"stop": ["<|im_end|>"], "temperature": 0.7}`. */
  parameters: Record<string, unknown> | null
  licences: string[]
  messages: { role: string; content: string }[]
}

/** Everything that one download fetches, fixed to one commit. */
export interface DownloadPlan {
  /** The name that it gets in the library: what was typed, or made of repository and variant. */
  name: string
  title: string
  source: ModelSource
  /** Relative to the models' folder, with `/`: `<hub>/<owner>/<repo>`. Checked. */
  folder: string
  /** Shards in order, then projectors and adapters. */
  files: PlannedFile[]
  attachments: Attachments | null
}

/** Where a file can be fetched from just now. */
export interface Located {
  url: string
  /** For this URL alone; a token never goes to another origin. */
  headers: Record<string, string>
  sizeBytes: number | null
  sha256: string | null
  /** The commit that the hub served; the file was replaced when it is not the plan's. */
  revision: string | null
  /** Epoch milliseconds after which the URL must be asked for again; null: it stays. */
  expiresAt: number | null
}

export interface HubCall {
  signal?: AbortSignal | undefined
}

/** What every hub can be asked. All reject with AppError `hub_…` and the other network codes. */
export interface Hub {
  id: HubId
  /** Origin that is spoken to now, after settings and environment. */
  endpoint(): string
  search(query: HubQuery, call: HubCall): Promise<HubPage>
  /** `facts` is null here; the service reads a header where it can. */
  repo(repo: string, revision: string | undefined, call: HubCall): Promise<HubRepo>
  /** Markdown as it stands; null when the repository has no card. */
  card(repo: string, revision: string | undefined, call: HubCall): Promise<string | null>
  /** @param name the name in the library, when the person typed one */
  plan(
    wanted: { repo: string; revision?: string | undefined; variant: string; name?: string | undefined },
    call: HubCall,
  ): Promise<DownloadPlan>
  /** Asks again where a file lies: before a transfer, on resume, and when a signed URL has expired. */
  locate(plan: Pick<DownloadPlan, 'source'>, file: PlannedFile, call: HubCall): Promise<Located>
  /** Something small, for `reach`. */
  ping(call: HubCall): Promise<void>
  /** The account's name of a token. Throws `hub_token_refused`. Absent where a hub has no accounts for us. */
  whoAmI?(token: string, call: HubCall): Promise<string>
}

export interface HttpOptions {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH'
  headers?: Record<string, string>
  body?: string | Uint8Array | Readable
  signal?: AbortSignal | undefined
  /** Follow redirects by our rules (default true); false hands a 3xx back. */
  follow?: boolean
  /** Longest silence before the head, and between two pieces of the body; milliseconds. */
  silenceMs?: number
}

export interface HttpAnswer {
  status: number
  /** URL of the last hop. */
  url: string
  header(name: string): string | null
  /** Must be read to its end or destroyed. Ends with AppError `download_stalled` after `silenceMs` of silence. */
  body: Readable
  /** The whole body as text. Throws `hub_answer_invalid` above `maxBytes`. */
  text(maxBytes?: number): Promise<string>
}

/**
 * The one way out to the network: proxies, certificates, redirects, rate limits. Authorization and cookies never
 * leave the origin that they were meant for; https never becomes http; a public host never leads to a private one.
 * Network failures become AppErrors (`hub_unreachable`, `proxy_refused`, `certificate_untrusted`, `captive_portal`,
 * `redirect_refused`, `hub_rate_limited` with data.seconds); a status is the caller's to judge.
 */
export interface Http {
  request(url: string, options?: HttpOptions): Promise<HttpAnswer>
  close(): Promise<void>
}
