import { ORPCError } from '@orpc/client'
import { APP_ERROR } from '../shared/contract/base.ts'
import { ErrorInfo, toErrorInfo } from '../shared/domain/errors.ts'

/** What a process tells its caller. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** Anything that a command threw, also from the other side of the socket. */
export function infoOf(error: unknown): ErrorInfo {
  if (error instanceof ORPCError) {
    const info = error.code === APP_ERROR ? ErrorInfo.safeParse(error.data) : null
    if (info?.success) return info.data
    if (error.code === 'BAD_REQUEST') {
      return {
        code: 'invalid_input',
        message: 'Hearth did not accept what was sent.',
        suggestion: 'Check what you typed.',
      }
    }
  }
  // The link throws these when the other side is gone: the second for what is asked of it after that.
  if (error instanceof Error && (error.name === 'AbortError' || error.message.startsWith('[AsyncIdQueue]'))) {
    return { code: 'core_lost', message: 'The running Hearth ended meanwhile.', suggestion: 'Run the command again.' }
  }
  return toErrorInfo(error)
}

/** An error as the command line prints it: what happened, and what to do. */
export function errorText(error: unknown): string {
  const { message, suggestion } = infoOf(error)
  return `${[message, suggestion].filter((part) => part !== undefined).join(' ')}\n`
}
