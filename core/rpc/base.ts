import { ORPCError, os } from '@orpc/server'
import { APP_ERROR, type ProcedureMeta } from '../../shared/contract/base.ts'
import type { Actor } from '../../shared/domain/actor.ts'
import { AppError, toErrorInfo } from '../../shared/domain/errors.ts'
import type { Core } from '../core.ts'

/** What each call brings: the services, and who calls through which door. */
export interface RpcContext {
  core: Core
  actor: Actor
}

/** Guards a domain's procedures by who may call them; lets each fail with one coded error. */
export const guard = os
  .$context<RpcContext>()
  .$meta<Partial<ProcedureMeta>>({})
  .middleware(async ({ context, next, procedure }) => {
    if (procedure['~orpc'].meta.access !== 'remote' && context.actor.access !== 'local') {
      throw toRpcError(localOnly())
    }
    try {
      return await next()
    } catch (error) {
      throw error instanceof ORPCError ? error : toRpcError(error)
    }
  })

/** What someone from elsewhere is told who asks for what touches this machine. */
export function localOnly(): AppError {
  return new AppError({
    code: 'local_only',
    message: 'This can only be done at the computer that runs Hearth.',
    suggestion: 'Use the app there, or the `hearth` command.',
  })
}

function toRpcError(error: unknown) {
  const data = toErrorInfo(error)
  return new ORPCError(APP_ERROR, { status: 400, message: data.message, data, defined: true, cause: error })
}

/** An iterator whose own errors cross the border in the same form as those of a call. */
export async function* withRpcErrors<T>(iterable: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* iterable
  } catch (error) {
    throw toRpcError(error)
  }
}
