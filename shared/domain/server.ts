import { z } from 'zod'
import { ErrorInfo } from './errors.ts'

export const ServerStatus = z.object({
  state: z.enum(['off', 'starting', 'on', 'failed']),
  /** Base addresses that answer now, as `http://127.0.0.1:1234`; the first is the one to show. */
  addresses: z.array(z.string()),
  /** Why it could not start. */
  error: ErrorInfo.nullable(),
  /** A key is needed to enter from beyond this machine. */
  keyRequired: z.boolean(),
  /** An Ollama is installed here and the person has not yet said whether Hearth may use its port. */
  askAboutOllamaPort: z.boolean(),
  /** Started by `hearth serve`: the switch can't turn it off. */
  headless: z.boolean(),
})
export type ServerStatus = z.infer<typeof ServerStatus>

/** One HTTP request as the Server page shows it. No bodies, no headers. */
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
})
export type ServerRequest = z.infer<typeof ServerRequest>

export const ServerState = z.object({
  status: ServerStatus,
  /** Newest first, 200 at most. */
  requests: z.array(ServerRequest),
})
export type ServerState = z.infer<typeof ServerState>
