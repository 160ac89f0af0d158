import type { FinishEvent, GenerationRequestInput, Timings } from '../../../shared/domain/generation.ts'
import type { KeyScope } from '../../../shared/domain/keys.ts'
import { createKeptBytes, type KeptBytes } from './kept-bytes.ts'

/** Bytes of one body, and of all that is kept; requests; milliseconds. */
const MOST_BODY_BYTES = 2 * 1024 * 1024
const MOST_BYTES = 64 * 1024 * 1024
const MOST_REQUESTS = 200
const MOST_MS = 3_600_000

/** Headers that let someone in, or may. */
const SECRET_HEADER = /auth|cookie|key|token|secret|password|credential/i

export interface KeptPrompt {
  request: GenerationRequestInput
  /** Its length in tokens, once the generation has ended. */
  tokens: number | null
  /** What the template made of it, once somebody wanted to know. */
  rendered: Promise<{ text: string; tokens: number }> | null
}

export interface KeptExchange {
  method: string
  /** Path and query. */
  target: string
  headers: [string, string][]
  /** Of the route that answered; null when it came to none. */
  scope: KeyScope | 'open' | null
  requestBody: KeptBytes
  responseBody: KeptBytes
  prompts: KeptPrompt[]
  /** Of the first generation that ended. */
  timings: Timings | null
  /** Something beside the bodies was left out. */
  cut: boolean
}

/** One request whose words are kept while it is answered. */
export interface Exchange {
  /** null once it was forgotten; then nothing is taken in any more. */
  readonly kept: KeptExchange | null
  requestPart(part: Uint8Array): void
  responsePart(part: Uint8Array): void
  /** The answer is no text, and not kept. */
  responseLeftOut(): void
  routed(scope: KeyScope | 'open'): void
  /** A generation begins. */
  asked(request: GenerationRequestInput): void
  finished(event: FinishEvent): void
}

/** What requests said and were answered: in memory alone, the newest, for an hour, and only while that is wanted. */
export interface Exchanges {
  /** null while nothing shall be kept. */
  begin(id: string, request: Pick<Request, 'method' | 'url' | 'headers'>): Exchange | null
  get(id: string): Exchange | undefined
  forget(id: string): void
  forgetAll(): void
}

/** @param onExpired something was forgotten because of its age */
export function createExchanges(enabled: () => boolean, onExpired: () => void): Exchanges {
  const all = new Map<string, { exchange: Exchange; startedAt: number; drop: () => void }>()
  let total = 0
  let timer: NodeJS.Timeout | null = null

  function forget(id: string): void {
    all.get(id)?.drop()
    all.delete(id)
  }

  function makeRoom(): void {
    for (const id of all.keys()) {
      if (all.size <= MOST_REQUESTS && total <= MOST_BYTES) return
      forget(id)
    }
  }

  function expireLater(): void {
    const oldest = all.values().next().value
    if (timer !== null || oldest === undefined) return
    timer = setTimeout(expire, Math.max(1, oldest.startedAt + MOST_MS - performance.now()))
    timer.unref()
  }

  function expire(): void {
    timer = null
    for (const [id, { startedAt }] of all) if (startedAt + MOST_MS <= performance.now()) forget(id)
    expireLater()
    onExpired()
  }

  return {
    begin(id, { method, url, headers }) {
      if (!enabled()) return null
      const { pathname, search } = new URL(url)
      let kept: KeptExchange | null = {
        method,
        target: pathname + search,
        headers: [...headers].filter(([name]) => !SECRET_HEADER.test(name)),
        scope: null,
        requestBody: createKeptBytes(MOST_BODY_BYTES),
        responseBody: createKeptBytes(MOST_BODY_BYTES),
        prompts: [],
        timings: null,
        cut: false,
      }
      let size = 0
      const change = (apply: (kept: KeptExchange) => number | void) => {
        if (kept === null) return
        const bytes = apply(kept) ?? 0
        size += bytes
        total += bytes
        makeRoom()
      }
      const exchange: Exchange = {
        get kept() {
          return kept
        },
        requestPart: (part) => change(({ requestBody }) => requestBody.add(part)),
        responsePart: (part) => change(({ responseBody }) => responseBody.add(part)),
        responseLeftOut: () => change((now) => void (now.cut = true)),
        routed: (scope) => change((now) => void (now.scope = scope)),
        asked: (request) => change((now) => addPrompt(now, request)),
        finished: (event) => change((now) => noteFinish(now, event)),
      }
      const drop = () => {
        total -= size
        kept = null
      }
      all.set(id, { exchange, startedAt: performance.now(), drop })
      change((now) => JSON.stringify([now.target, now.headers]).length)
      expireLater()
      return exchange
    },
    get: (id) => all.get(id)?.exchange,
    forget,
    forgetAll() {
      for (const id of all.keys()) forget(id)
    },
  }
}

/** @returns bytes, once as it was asked and once as the template will make it */
function addPrompt(kept: KeptExchange, request: GenerationRequestInput): number {
  const bytes = Buffer.byteLength(JSON.stringify(request))
  if (bytes > MOST_BODY_BYTES) {
    kept.cut = true
    return 0
  }
  kept.prompts.push({ request, tokens: null, rendered: null })
  return 2 * bytes
}

function noteFinish(kept: KeptExchange, { choice, timings, trace }: FinishEvent): void {
  kept.timings ??= timings
  // The choices of all generations of a request are numbered through.
  let first = 0
  for (const prompt of kept.prompts) {
    const next = first + (prompt.request.choices ?? 1)
    if (choice >= first && choice < next) prompt.tokens = trace.renderedTokens
    first = next
  }
}
