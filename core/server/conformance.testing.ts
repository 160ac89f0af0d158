import type { z } from 'zod'
import { fieldsOf, parse } from './answering/parameters.ts'
import { checkMessageEvents } from './anthropic/order.testing.ts'
import { checkStudioEvents } from './lmstudio/order.testing.ts'
import { checkLines } from './ollama/order.testing.ts'
import { checkChunks } from './openai/order.testing.ts'
import { checkResponseEvents } from './openai/responses/order.testing.ts'
import { errorSchema, errorsOf } from './reference/errors.ts'
import { groups } from './reference/groups.ts'
import type { Operation } from './reference/operation.ts'

/** A request, as far as its answer has to agree with it. */
export interface Sent {
  method: string
  /** Without its query. */
  path: string
  body?: string | null
}

/** An answer as it came, in full or as far as it was read. */
export interface Received {
  status: number
  contentType: string | null
  body: string
  /** Whether it came to its end. */
  isWhole: boolean
}

interface Known {
  key: string
  pattern: RegExp
  operation: Operation
}

const operations: readonly Known[] = groups
  .flatMap(({ reference }) => Object.entries(reference))
  .map(([key, operation]) => ({
    key,
    // Names of models may have slashes.
    pattern: new RegExp(`^${key.replaceAll(/:\w+/g, '.+')}$`),
    operation,
  }))
  // What has no parameter is meant before what has one.
  .toSorted((a, b) => Number(a.key.includes(':')) - Number(b.key.includes(':')))

/** Rules of streams beyond the form of each piece. The pieces have the forms that the rules expect: they were parsed. */
const ORDERS: Record<string, (pieces: never[], isWhole: boolean, asked: never) => void> = {
  'POST /v1/chat/completions': (chunks, isWhole, asked) => checkChunks(chunks, asked, isWhole),
  'POST /v1/completions': (chunks, isWhole, asked) => checkChunks(chunks, asked, isWhole),
  'POST /api/v0/chat/completions': (chunks, isWhole, asked) => checkChunks(chunks, asked, isWhole),
  'POST /api/v0/completions': (chunks, isWhole, asked) => checkChunks(chunks, asked, isWhole),
  'POST /v1/responses': checkResponseEvents,
  'POST /v1/messages': checkMessageEvents,
  'POST /api/v1/chat': checkStudioEvents,
  'POST /api/chat': checkLines,
  'POST /api/generate': checkLines,
  'POST /api/pull': checkLines,
  'POST /api/create': checkLines,
}

/**
 * Holds an answer of the server to what the API reference says of it: status, type, form of each piece, their order.
 * An accepted request has to have the form that the reference tells, too.
 * @throws Error that names what is wrong
 */
export function conform(sent: Sent, received: Received): void {
  try {
    const method = sent.method.toUpperCase() === 'HEAD' ? 'GET' : sent.method.toUpperCase()
    const known = operations.find(({ pattern }) => pattern.test(`${method} ${sent.path}`))
    const isTold = known?.operation.answers[received.status] !== undefined
    if (received.status >= 400 && !isTold) checkError(sent, received, known)
    else if (known !== undefined && sent.method.toUpperCase() !== 'HEAD') checkAnswer(sent, received, known)
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    throw new Error(`${sent.method} ${sent.path} (${received.status}): ${what}\n${received.body.slice(0, 4000)}`, {
      cause: error,
    })
  }
}

function checkError({ method, path }: Sent, { status, body, isWhole }: Received, known: Known | undefined): void {
  if (method === 'HEAD' || !isWhole) return
  fits(errorSchema(path), JSON.parse(body), 'the error')
  // 405 belongs to the path, and a client that went away never sees its 499.
  if (known === undefined || status === 405 || status === 499) return
  if (!errorsOf(known.operation, 'inference').includes(status)) throw new Error('this status is not in the reference')
}

function checkAnswer({ body: request }: Sent, received: Received, { key, operation }: Known): void {
  const { status, body, isWhole } = received
  const answer = operation.answers[status]
  if (answer === undefined) throw new Error('this status is not in the reference')
  const asked: unknown = operation.request === undefined ? {} : JSON.parse((request ?? '').replace(/^\uFEFF/, ''))
  // Nulls are absent where the schema knows none, as for the server itself.
  if (operation.request !== undefined) parse(operation.request.schema, fieldsOf(asked))
  const type = received.contentType?.split(';')[0] ?? null
  const { json, events, lines, text } = answer
  if (json !== undefined && type === (json.type ?? 'application/json')) {
    if (isWhole) fits(json.schema, JSON.parse(body), 'the answer')
    return
  }
  if (text !== undefined && type === text.type) return
  if (events !== undefined && type === 'text/event-stream') {
    const { pieces, end, failure } = readEvents(body, events.named)
    if (failure !== null) fits(errorSchema(key.split(' ')[1] ?? ''), failure, 'the error in the stream')
    else if (isWhole && end !== (events.end ?? null)) throw new Error(`the stream ends with ${end ?? 'nothing'}`)
    inOrder(key, pieces, events.schema, isWhole && failure === null, asked)
    return
  }
  if (lines !== undefined && type === 'application/x-ndjson') {
    inOrder(key, readLines(body), lines.schema, isWhole, asked)
    return
  }
  if (json === undefined && events === undefined && lines === undefined && text === undefined && body === '') return
  throw new Error(`an answer of the type ${type ?? 'none'} is not in the reference`)
}

function inOrder(key: string, pieces: unknown[], schema: z.ZodType, isWhole: boolean, asked: unknown): void {
  for (const [at, piece] of pieces.entries()) fits(schema, piece, `piece ${at}`)
  ORDERS[key]?.(pieces as never[], isWhole, asked as never)
}

function fits(schema: z.ZodType, value: unknown, what: string): void {
  const parsed = schema.safeParse(value)
  if (parsed.success) return
  const issues = JSON.stringify(parsed.error.issues, null, 1)
  throw new Error(`${what} has not its form: ${issues.slice(0, 2000)}\n${JSON.stringify(value)}`)
}

/** Events of a stream; where they have no names, an error is told by its key alone and ends them. */
function readEvents(body: string, named: boolean): { pieces: unknown[]; end: string | null; failure: unknown } {
  const pieces: unknown[] = []
  let end: string | null = null
  // What was cut off in the middle of an event is not looked at.
  for (const frame of body.slice(0, body.lastIndexOf('\n\n') + 2).split('\n\n')) {
    if (frame === '' || frame.startsWith(':')) continue
    if (end !== null) throw new Error('something follows the end of the stream')
    const [first = '', second, ...rest] = frame.split('\n')
    const [name, line] = named ? [first, second ?? ''] : [null, first]
    if (rest.length > 0 || (!named && second !== undefined) || !line.startsWith('data: '))
      throw new Error(`this is no event: ${frame}`)
    const data = line.slice('data: '.length)
    if (data === '[DONE]' && !named) {
      end = data
      continue
    }
    const piece: unknown = JSON.parse(data)
    const type = typeof piece === 'object' && piece !== null && 'type' in piece ? String(piece.type) : ''
    if (name !== null && name !== `event: ${type}`) throw new Error(`"${name}" is not the name of ${type}`)
    pieces.push(piece)
  }
  const last = pieces.at(-1)
  const failed = !named && typeof last === 'object' && last !== null && 'error' in last
  if (failed && end !== null) throw new Error('[DONE] follows an error')
  return { pieces: failed ? pieces.slice(0, -1) : pieces, end, failure: failed ? last : null }
}

function readLines(body: string): object[] {
  return body
    .slice(0, body.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as object)
}

/** The response as it is, with `check` called on what was read of it, at its end or where the reader leaves. */
export function watched(response: Response, check: (body: string, isWhole: boolean) => void): Response {
  if (response.body === null) {
    check('', true)
    return response
  }
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let body = ''
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (!done) {
          body += decoder.decode(value, { stream: true })
          controller.enqueue(value)
          return
        }
        try {
          check(body, true)
          controller.close()
        } catch (error) {
          controller.error(error)
        }
      },
      async cancel(reason) {
        await reader.cancel(reason)
        check(body, false)
      },
    },
    // Nothing is read ahead: how far a reader is, the server must see.
    { highWaterMark: 0 },
  )
  return new Response(stream, response)
}
