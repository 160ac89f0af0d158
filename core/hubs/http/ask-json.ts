import type { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import type { Http, HttpAnswer, HttpOptions } from '../hub.ts'
import { answerInvalid, captivePortal } from './network-errors.ts'

export interface JsonAnswer<Value> {
  value: Value
  header(name: string): string | null
}

/** What a refusal means, by status, header and body; null leaves it to the general rules. */
export type Refusal = (status: number, header: HttpAnswer['header'], body: string) => AppError | null

/**
 * Asks for JSON and checks its shape; unknown fields are fine, wrong types are not. Throws what `refusal` says, and
 * `captive_portal` for a web page, `hub_answer_invalid` for what can't be read, `hub_failed` for any other status.
 */
export async function askJson<Value>(
  http: Http,
  address: string,
  schema: z.ZodType<Value>,
  refusal: Refusal,
  options: HttpOptions = {},
): Promise<JsonAnswer<Value>> {
  const { host } = new URL(address)
  const headers = { accept: 'application/json', 'accept-encoding': 'gzip', ...options.headers }
  const answer = await http.request(address, { ...options, headers }).catch((error: unknown) => {
    throw ledAstray(error, host) ? captivePortal(host) : error
  })
  const text = await answer.text()
  if (answer.status < 200 || answer.status > 299) throw refused(answer, text, host, refusal)
  if (isPage(answer)) throw captivePortal(host)
  return { value: parseJson(text, schema, host), header: answer.header }
}

/** JSON of a known shape; see {@link askJson}. */
export function parseJson<Value>(text: string, schema: z.ZodType<Value>, host: string): Value {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw /^\s*</.test(text) ? captivePortal(host) : answerInvalid(host, error)
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw answerInvalid(host, parsed.error)
  return parsed.data
}

/** What a status that is no success means. */
export function refused(answer: HttpAnswer, text: string, host: string, refusal: Refusal): AppError {
  // 511: the network itself wants a login.
  if (answer.status === 511) return captivePortal(host)
  return refusal(answer.status, answer.header, text) ?? hubFailed(host, answer.status)
}

/** A hub's own problem. */
export function hubFailed(host: string, status: number): AppError {
  return new AppError({
    code: 'hub_failed',
    message: `${host} has a problem of its own (${status}).`,
    suggestion: 'Wait a while and try again.',
    data: { host, status },
  })
}

/** Something that is not there, in words of its own. */
export function hubNotFound(message: string): AppError {
  return new AppError({
    code: 'hub_not_found',
    message,
    suggestion: 'Check the spelling, or search for it under Discover.',
  })
}

/** A token that a hub does not take. */
export function tokenRefused(host: string): AppError {
  return new AppError({
    code: 'hub_token_refused',
    message: `${host} refuses the token.`,
    suggestion: 'It may have been revoked. Put a new one into Settings → Models.',
    data: { host },
  })
}

/** Whether an answer is a web page. */
export function isPage(answer: HttpAnswer): boolean {
  return /^\s*text\/html/i.test(answer.header('content-type') ?? '')
}

/** A redirect led to another host, and that can't be reached: a network that wants a login does so. */
function ledAstray(error: unknown, host: string): boolean {
  if (!(error instanceof AppError)) return false
  const other = error.data?.['host']
  return (
    (error.code === 'hub_unreachable' || error.code === 'certificate_untrusted') &&
    other !== undefined &&
    other !== host
  )
}
