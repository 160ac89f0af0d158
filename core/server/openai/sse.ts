const KEEP_ALIVE_MS = 15_000
const STALL_MS = 120_000

export interface SseOptions {
  /** The client hung up, or reads nothing any more: no frame will be asked for. */
  onGone: () => void
  /** Silence after which a comment shows that the connection lives. */
  keepAliveMs?: number
  /** How long a client may leave a frame unread before it counts as gone. */
  stallMs?: number
}

/**
 * Server-sent events, one `data:` for each text. The next text is asked for only when the socket took the last one,
 * so a client that stops reading holds back its own answer and nothing else.
 */
export function sseResponse(
  texts: AsyncIterable<string>,
  { onGone, keepAliveMs = KEEP_ALIVE_MS, stallMs = STALL_MS }: SseOptions,
): Response {
  const encoder = new TextEncoder()
  const iterator = texts[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<string>> | null = null
  let stall: NodeJS.Timeout | undefined

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stall)
        next ??= iterator.next()
        const result = await within(next, keepAliveMs)
        if (result === null) {
          controller.enqueue(encoder.encode(': still working\n\n'))
        } else if (result.done) {
          controller.close()
          return
        } else {
          next = null
          controller.enqueue(encoder.encode(`data: ${result.value}\n\n`))
        }
        stall = setTimeout(() => {
          onGone()
          controller.error(new Error('The client stopped reading.'))
        }, stallMs)
        stall.unref()
      },
      cancel() {
        clearTimeout(stall)
        onGone()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Proxies that gather chunks would hold tokens back.
      'x-accel-buffering': 'no',
    },
  })
}

/** The promise's value, or null when it takes longer. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
