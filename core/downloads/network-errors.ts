import { AppError } from '../../shared/domain/errors.ts'
import type { ErrorCode } from '../../shared/domain/errors.ts'

/** The server answered a range with the whole file: the transfer starts over with one stream. */
export class RangesIgnoredError extends Error {}

/** The address no longer serves the file: the hub is asked for a new one. */
export class StaleAddressError extends Error {
  readonly status: number
  readonly host: string

  constructor(status: number, host: string) {
    super(`${host} answered ${status}`)
    this.status = status
    this.host = host
  }
}

const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'hub_unreachable',
  'hub_failed',
  'hub_answer_invalid',
  'download_stalled',
])

/** Whether the same request may well succeed in a moment. */
export function mayPass(error: unknown): boolean {
  return error instanceof StaleAddressError || (error instanceof AppError && PASSING.has(error.code))
}

/** What went wrong on the way, as the person is told. An AppError stays as it is. */
export function networkError(error: unknown, url: string): AppError {
  if (error instanceof AppError) return error
  if (error instanceof StaleAddressError) return hubFailed(error.host, error.status)
  const host = hostOf(url)
  return new AppError({
    code: 'hub_unreachable',
    message: `The connection to ${host} broke.`,
    suggestion: 'Check the network connection. The download goes on by itself.',
    data: { host },
    cause: error,
  })
}

export function hubFailed(host: string, status: number): AppError {
  return new AppError({
    code: 'hub_failed',
    message: `${host} has a problem of its own (${status}).`,
    suggestion: 'Wait a while and try again.',
    data: { host, status },
  })
}

export function answerInvalid(host: string, what: string): AppError {
  return new AppError({
    code: 'hub_answer_invalid',
    message: `${host} gave an answer that makes no sense: ${what}.`,
    suggestion: 'Try again. If you use a mirror or a proxy, check its address.',
    data: { host },
  })
}

export function captivePortal(host: string): AppError {
  return new AppError({
    code: 'captive_portal',
    message: `The network answers with a web page instead of ${host}.`,
    suggestion: 'Open a browser and log in to the network, then try again.',
    data: { host },
  })
}

export function rateLimited(host: string, seconds: number): AppError {
  return new AppError({
    code: 'hub_rate_limited',
    message: `${host} asks for patience: too many requests.`,
    suggestion: `Hearth goes on by itself in ${seconds} s.`,
    data: { host, seconds },
  })
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url.slice(0, 100)
}
