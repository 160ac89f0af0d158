import type { ServerResponse } from 'node:http'
import type { MiddlewareHandler } from 'hono'
import { toErrorInfo } from '../../../shared/domain/errors.ts'
import type { ServerEnv } from '../context.ts'
import type { Exchanges } from './exchanges.ts'
import { watchBody } from '../guard/body.ts'
import type { RequestLog, RequestRecord } from './requests.ts'
import { INTERFACE } from '../ui/paths.ts'

export interface RecordParts {
  requests: RequestLog
  exchanges: Pick<Exchanges, 'begin'>
  /** Paths that probes ask for all the time. */
  quiet: ReadonlySet<string>
}

/** Keeps what the Server page shows of each request, and its words while they shall be kept. */
export function recordRequests({ requests, exchanges, quiet }: RecordParts): MiddlewareHandler<ServerEnv> {
  const hidden = createHidden()
  return async (c, next) => {
    const { method, path } = c.req
    const shown = method !== 'OPTIONS' && !quiet.has(path) && !INTERFACE.test(path)
    const record = shown ? requests.begin(method, path, c.env?.requestId) : hidden
    const exchange = shown ? exchanges.begin(record.id, c.req.raw) : null
    if (exchange !== null) {
      record.exchange = exchange
      watchBody(c.req.raw, exchange.requestPart)
    }
    c.set('record', record)
    await next()
    if (exchange !== null) {
      if (!isText(c.res)) exchange.responseLeftOut()
      else if (c.env?.outgoing !== undefined) watchResponse(c.env.outgoing, exchange.responsePart)
    }
    if (record.streaming) return
    if (c.error !== undefined) record.setError(toErrorInfo(c.error).message)
    record.end(c.res.status)
  }
}

function createHidden(): RequestRecord {
  const nothing = () => {}
  return {
    id: '',
    exchange: null,
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

function isText({ body, headers }: Response): boolean {
  return body === null || /^(?:text\/|application\/(?:json|x-ndjson)\b)/.test(headers.get('content-type') ?? '')
}

/** Sees what is handed to the socket, when it is, and leaves it as it is. */
function watchResponse(outgoing: ServerResponse, onPart: (part: Uint8Array) => void): void {
  const { write, end } = outgoing
  const seen = (part: unknown) => {
    if (part instanceof Uint8Array) onPart(part)
    else if (typeof part === 'string') onPart(Buffer.from(part))
  }
  outgoing.write = function (...args: unknown[]) {
    seen(args[0])
    return Reflect.apply(write, outgoing, args)
  }
  outgoing.end = function (...args: unknown[]) {
    seen(args[0])
    return Reflect.apply(end, outgoing, args)
  }
}
