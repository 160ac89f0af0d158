import { z } from 'zod'
import { ErrorInfo } from './errors.ts'

export const ServerStatus = z.object({
  state: z.enum(['off', 'starting', 'on', 'failed']),
  /** Base addresses that answer now, as `http://127.0.0.1:1234`; the first is the one to show. */
  addresses: z.array(z.string()),
  /** Why it could not start; while it is on, what of the settings it could not do, or what is wrong with its certificate. */
  error: ErrorInfo.nullable(),
  /** Addresses by which this computer is reached from its network; empty unless it listens there. */
  networkAddresses: z.array(z.string()),
  /** SHA-256 of the certificate in use, as `AB:CD:…`, to compare by eye; null without HTTPS. */
  certificateFingerprint: z.string().nullable(),
  /** A key is needed to enter from beyond this machine. */
  keyRequired: z.boolean(),
  /** An Ollama is installed here and the person has not yet said whether Hearth may use its port. */
  askAboutOllamaPort: z.boolean(),
  /** Started by `hearth serve`: the switch can't turn it off. */
  headless: z.boolean(),
})
export type ServerStatus = z.infer<typeof ServerStatus>

/** One HTTP request as the Server page lists it. No bodies, no headers. */
export const ServerRequest = z.object({
  id: z.string(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  method: z.string(),
  path: z.string(),
  model: z.string().nullable(),
  /** null while it is being answered. */
  status: z.int().nullable(),
  /** The client hung up before the end. */
  cancelled: z.boolean(),
  promptTokens: z.int().nullable(),
  completionTokens: z.int().nullable(),
  tokensPerSecond: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  durationMs: z.number().nullable(),
  error: z.string().nullable(),
  /** Name of the key that it came with. */
  keyName: z.string().nullable(),
  /** What was said is still in memory: it can be looked at and run again. */
  kept: z.boolean(),
})
export type ServerRequest = z.infer<typeof ServerRequest>

/** What a request said and was answered, kept in memory while the setting `server.keepBodies` says so. */
export const ServerExchange = z.object({
  /** Without keys and cookies. */
  requestHeaders: z.array(z.tuple([z.string(), z.string()])),
  /** As it came; null when there was none. */
  requestBody: z.string().nullable(),
  /** As it went out so far, a stream with its frames. */
  responseBody: z.string(),
  /** What was left out of either, because it was too long. */
  cut: z.boolean(),
  /** What the model was really given: the rendered prompt of each generation; empty when there was none. */
  prompts: z.array(z.object({ model: z.string(), text: z.string(), tokens: z.int() })),
  timings: z.object({
    queueMs: z.number().nullable(),
    loadMs: z.number().nullable(),
    firstTokenMs: z.number().nullable(),
    prefillTps: z.number().nullable(),
    decodeTps: z.number().nullable(),
    durationMs: z.number().nullable(),
  }),
})
export type ServerExchange = z.infer<typeof ServerExchange>

/** A name that programs use, and the local model that answers to it. */
export const ModelAlias = z.object({ name: z.string().trim().min(1).max(200), model: z.string().min(1) })
export type ModelAlias = z.infer<typeof ModelAlias>

export const ServerState = z.object({
  status: ServerStatus,
  /** Newest first, 200 at most. */
  requests: z.array(ServerRequest),
})
export type ServerState = z.infer<typeof ServerState>
