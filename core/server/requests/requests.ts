import { randomUUID } from 'node:crypto'
import type { GenerationEvent } from '../../../shared/domain/generation.ts'
import type { ServerRequest } from '../../../shared/domain/server.ts'
import type { Exchange, Exchanges } from './exchanges.ts'

const MAX_REQUESTS = 200
const MAX_TEXT = 300

/** One request while it is answered. After its end nothing changes any more. */
export interface RequestRecord {
  readonly id: string
  /** What is kept of its words, if anything. */
  exchange: Exchange | null
  setModel(name: string): void
  /** Of the key that it came with. */
  setKeyName(name: string): void
  /** Takes over counts and speeds from what a generation tells. */
  observe(event: GenerationEvent): void
  setError(message: string): void
  end(status: number): void
  /** The client hung up. */
  cancel(): void
  /** Set by who ends the record itself, after the headers have gone. */
  streaming: boolean
  /** The pattern that answers; `other` for what is no route. */
  route: string
}

/** What is counted of a request. */
export interface RequestCounter {
  begun(): void
  request(request: { route: string; method: string; status: number; seconds: number }): void
}

/** The last requests, newest first, without bodies and headers. */
export interface RequestLog {
  begin(method: string, path: string, id?: string): RequestRecord
  list(): ServerRequest[]
  /** Forgets the requests that have been answered, and their words. */
  clear(): void
}

/** @param clock milliseconds since the epoch; durations are measured with the monotonic clock */
export function createRequestLog(
  clock: () => number,
  onChange: () => void,
  counter: RequestCounter,
  exchanges: Pick<Exchanges, 'get' | 'forget'>,
): RequestLog {
  let entries: ServerRequest[] = []

  return {
    begin(method, path, id = randomUUID()) {
      const entry = newEntry(id, method, path, clock())
      entries = [entry, ...entries.slice(0, MAX_REQUESTS - 1)]
      counter.begun()
      onChange()
      return createRecord(entry, onChange, counter)
    },
    list: () => entries.map((entry) => ({ ...entry, kept: exchanges.get(entry.id) !== undefined })),
    clear() {
      for (const { id, status } of entries) if (status !== null) exchanges.forget(id)
      entries = entries.filter((entry) => entry.status === null)
      onChange()
    },
  }
}

function newEntry(id: string, method: string, path: string, startedAt: number): ServerRequest {
  return {
    id,
    startedAt,
    method: method.slice(0, 20),
    path: path.slice(0, MAX_TEXT),
    model: null,
    status: null,
    cancelled: false,
    promptTokens: null,
    completionTokens: null,
    tokensPerSecond: null,
    firstTokenMs: null,
    durationMs: null,
    error: null,
    keyName: null,
    kept: false,
  }
}

function createRecord(entry: ServerRequest, onChange: () => void, counter: RequestCounter): RequestRecord {
  const started = performance.now()
  let firstTokenAt: number | null = null
  let choices = 1

  function count(tokens: number): void {
    const now = performance.now()
    if (firstTokenAt === null) {
      firstTokenAt = now
      entry.firstTokenMs = now - started
    }
    entry.completionTokens = (entry.completionTokens ?? 0) + tokens
    const seconds = (now - firstTokenAt) / 1000
    // The first token took the prefill; speed is what followed it.
    if (seconds > 0 && entry.completionTokens > 1) entry.tokensPerSecond = (entry.completionTokens - 1) / seconds
  }

  function change(apply: () => void): void {
    if (entry.status !== null) return
    apply()
    onChange()
  }

  function ended(status: number): void {
    entry.status = status
    entry.durationMs = performance.now() - started
    counter.request({ route: record.route, method: entry.method, status, seconds: entry.durationMs / 1000 })
  }

  const record: RequestRecord = {
    id: entry.id,
    exchange: null,
    streaming: false,
    route: 'other',
    setModel: (name) => change(() => (entry.model = name.slice(0, MAX_TEXT))),
    setKeyName: (name) => change(() => (entry.keyName = name)),
    setError: (message) => change(() => (entry.error = message.slice(0, 2 * MAX_TEXT))),
    observe: (event) =>
      change(() => {
        if ('choice' in event) choices = Math.max(choices, event.choice + 1)
        if (event.type === 'prefill') entry.promptTokens = event.total
        else if (event.type === 'text' || event.type === 'reasoning') count(event.tokens)
        else if (event.type === 'finish') {
          record.exchange?.finished(event)
          entry.promptTokens = event.usage.prompt
          if (choices > 1) return
          entry.completionTokens = event.usage.completion
          entry.tokensPerSecond = event.timings.decodeTps ?? entry.tokensPerSecond
        } else if (event.type === 'error') entry.error = event.error.message.slice(0, 2 * MAX_TEXT)
      }),
    end: (status) => change(() => ended(status)),
    cancel: () =>
      change(() => {
        entry.cancelled = true
        entry.error = null
        ended(499)
      }),
  }
  return record
}
