import type { ServerResponse } from 'node:http'
import { take, type FailureFault, type RateLimitFault, type RouteKnobs } from './knobs.testing.ts'
import { sendJson, sendPortal } from './listening.testing.ts'

/** Answers with the fault that is set for this part of a hub; false when there is none. */
export function spoiled<Route extends string>(
  route: Route,
  response: ServerResponse,
  knobs: RouteKnobs<Route>,
  errorBody: (message: string) => unknown,
): boolean {
  const portal = knobs.captivePortal[route]
  if (portal) {
    sendPortal(response, portal, 'http://127.0.0.1:9/login')
    return true
  }
  const limitFault: RateLimitFault | undefined = knobs.rateLimit[route]
  const limit = take(limitFault)
  if (limit) {
    const name = limit.header === 'RateLimit' ? 'ratelimit' : 'retry-after'
    const value = limit.header === 'RateLimit' ? `"${route}";r=0;t=${limit.seconds}` : String(limit.seconds)
    sendJson(response, 429, errorBody('Too many requests'), { [name]: value })
    return true
  }
  const failureFault: FailureFault | undefined = knobs.failure[route]
  const failure = take(failureFault)
  if (!failure) return false
  if (failure.html) {
    response.writeHead(failure.status, { 'content-type': 'text/html' })
    response.end('<html><body><h1>Bad gateway</h1></body></html>')
  } else sendJson(response, failure.status, errorBody('Internal error'))
  return true
}
