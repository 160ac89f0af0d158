import { within } from './within.ts'

const KEEP_ALIVE_MS = 15_000
const STALL_MS = 120_000

/** How texts follow each other on the wire. */
export interface StreamFormat {
  contentType: string
  /** What may be sent without a meaning, to show that the connection lives; null where there is no such thing. */
  silence: string | null
}

export const EVENT_STREAM: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  silence: ': still working\n\n',
}
/** Ollama's: one JSON object a line. Its clients parse every line, an empty one too. */
export const JSON_LINES: StreamFormat = { contentType: 'application/x-ndjson', silence: null }

/** A server-sent event, as `data` or under a name. */
export function serverSentEvent(data: string, name?: string): string {
  return name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`
}

/** An object as a line of its own. */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`
}

export interface TextStreamOptions {
  format: StreamFormat
  /** The client hung up, or reads nothing any more: no text will be asked for. */
  onGone: () => void
  /** Silence after which the format's own sign of life is sent. */
  keepAliveMs?: number
  /** How long a client may leave a text unread before it counts as gone. */
  stallMs?: number
}

/**
 * Texts, or bytes, as the body of a response, each in a chunk of its own. The next one is asked for only when the
 * socket took the last, so a client that stops reading holds back its own answer and nothing else.
 */
export function textStream(
  texts: AsyncIterable<string | Uint8Array>,
  { format, onGone, keepAliveMs = KEEP_ALIVE_MS, stallMs = STALL_MS }: TextStreamOptions,
): Response {
  const encoder = new TextEncoder()
  const iterator = texts[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<string | Uint8Array>> | null = null
  let stall: NodeJS.Timeout | undefined

  function leave(): void {
    onGone()
    // What makes the texts is at its end too, also where it waits to be asked for the next one.
    iterator.return?.().catch(() => {})
  }

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stall)
        next ??= iterator.next()
        const { silence } = format
        const result = silence === null ? await next : await within(next, keepAliveMs)
        if (result === null) {
          controller.enqueue(encoder.encode(silence ?? ''))
        } else if (result.done) {
          controller.close()
          return
        } else {
          next = null
          controller.enqueue(typeof result.value === 'string' ? encoder.encode(result.value) : result.value)
        }
        stall = setTimeout(() => {
          leave()
          controller.error(new Error('The client stopped reading.'))
        }, stallMs)
        stall.unref()
      },
      cancel() {
        clearTimeout(stall)
        leave()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': format.contentType,
      'cache-control': 'no-cache',
      // Proxies that gather chunks would hold tokens back.
      'x-accel-buffering': 'no',
    },
  })
}
