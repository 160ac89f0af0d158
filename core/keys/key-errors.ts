import { AppError } from '../../shared/domain/errors.ts'
import type { ApiKey } from '../../shared/domain/keys.ts'

export function keyNotFound(): AppError {
  return new AppError({
    code: 'not_found',
    message: 'There is no such key.',
    suggestion: 'See which there are with: hearth keys',
  })
}

export function keyNameTaken(name: string): AppError {
  return new AppError({
    code: 'key_name_taken',
    message: `There is a key "${name}" already.`,
    suggestion: 'Choose another name.',
    data: { name },
  })
}

export function keyOfEnvironment({ name }: ApiKey): AppError {
  return new AppError({
    code: 'invalid_input',
    message: `This key comes from ${name} and can't be changed here.`,
    suggestion: `Change or remove ${name} and start Hearth again.`,
  })
}

export function alreadyOver(): AppError {
  return new AppError({
    code: 'invalid_input',
    message: 'The key would have expired already.',
    suggestion: 'Choose a time to come.',
    data: { parameter: 'expiresAt' },
  })
}

export function keyExpired({ name, expiresAt }: ApiKey): AppError {
  return new AppError({
    code: 'unauthorized',
    message: `The key "${name}" expired on ${new Date(expiresAt ?? 0).toISOString().slice(0, 10)}.`,
    suggestion: 'Ask for a new one.',
  })
}

export function keyRemoved(): AppError {
  return new AppError({
    code: 'unauthorized',
    message: 'The key of this request was removed.',
    suggestion: 'Ask for a new one.',
  })
}

/** @param waitMs until a request is let through again */
export function tooManyRequests({ name, requestsPerMinute }: ApiKey, waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new AppError({
    code: 'rate_limited',
    message: `The key "${name}" allows ${requestsPerMinute ?? 0} requests a minute.`,
    suggestion: `Try again in ${inWords(seconds)}.`,
    data: { retryAfterSeconds: seconds, limit: 'requests' },
  })
}

/** @param waitMs until tokens are left again */
export function tooManyTokens({ name, tokensPerDay }: ApiKey, waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new AppError({
    code: 'rate_limited',
    message: `The key "${name}" has spent its ${tokensPerDay ?? 0} tokens of 24 hours.`,
    suggestion: `Try again in ${inWords(seconds)}.`,
    data: { retryAfterSeconds: seconds, limit: 'tokens' },
  })
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}
