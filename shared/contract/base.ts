import { oc } from '@orpc/contract'
import { ErrorInfo } from '../domain/errors.ts'

/**
 * Which callers may use a procedure. `local`: only a person at this machine (the app's window, the
 * command line). `remote`: also a browser that entered with a link.
 */
export interface ProcedureMeta {
  access: 'local' | 'remote'
}

/** Every procedure fails with one coded error, whose data is an {@link ErrorInfo}. */
export const APP_ERROR = 'APP_ERROR'

const base = oc.$meta<ProcedureMeta>({ access: 'local' }).errors({ [APP_ERROR]: { status: 400, data: ErrorInfo } })

export const localOnly = base.meta({ access: 'local' })
export const remote = base.meta({ access: 'remote' })
