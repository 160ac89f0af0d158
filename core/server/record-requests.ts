import type { MiddlewareHandler } from 'hono'
import { toErrorInfo } from '../../shared/domain/errors.ts'
import type { ServerEnv } from './context.ts'
import type { RequestLog } from './requests.ts'
import { INTERFACE } from './ui/paths.ts'

/** Keeps what the Server page shows of each request; the paths in `quiet` are asked for all the time by probes. */
export function recordRequests(requests: RequestLog, quiet: ReadonlySet<string>): MiddlewareHandler<ServerEnv> {
  const hidden = createHidden()
  return async (c, next) => {
    const { method, path } = c.req
    const shown = method !== 'OPTIONS' && !quiet.has(path) && !INTERFACE.test(path)
    const record = shown ? requests.begin(method, path) : hidden
    c.set('record', record)
    await next()
    if (record.streaming) return
    if (c.error !== undefined) record.setError(toErrorInfo(c.error).message)
    record.end(c.res.status)
  }
}

function createHidden() {
  const nothing = () => {}
  return {
    streaming: false,
    route: '',
    setModel: nothing,
    setKeyName: nothing,
    observe: nothing,
    setError: nothing,
    end: nothing,
    cancel: nothing,
  }
}
