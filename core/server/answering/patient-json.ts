import { within } from './within.ts'

/** Node's fetch gives up on a server that sends no headers for five minutes. */
const HOLD_HEADERS_MS = 200_000
const KEEP_ALIVE_MS = 20_000

export interface PatientOptions {
  /** It failed after the headers had gone; the connection is cut, because a status can no longer say so. */
  onFailure: (error: unknown) => void
  onGone: () => void
  holdHeadersMs?: number
  keepAliveMs?: number
}

/**
 * A JSON text as a response with its own status, if it is ready in time. If not, headers go out before the clients'
 * patience ends, and blanks, which JSON allows in front, keep the connection alive.
 * @throws what the promise throws, while the status can still say so
 */
export async function patientJson(
  json: Promise<string>,
  { onFailure, onGone, holdHeadersMs = HOLD_HEADERS_MS, keepAliveMs = KEEP_ALIVE_MS }: PatientOptions,
): Promise<Response> {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  const inTime = await within(json, holdHeadersMs)
  if (inTime !== null) return new Response(inTime, { headers })
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const ready = await within(json, keepAliveMs)
          controller.enqueue(encoder.encode(ready ?? ' '))
          if (ready !== null) controller.close()
        } catch (error) {
          onFailure(error)
          throw error
        }
      },
      cancel: onGone,
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers })
}
