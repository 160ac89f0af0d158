import type { Http, HttpAnswer, Located } from '../hubs/hub.ts'
import {
  answerInvalid,
  captivePortal,
  hostOf,
  hubFailed,
  networkError,
  RangesIgnoredError,
  rateLimited,
  StaleAddressError,
} from './network-errors.ts'
import type { Piece } from './pieces.ts'

/** Where fetched bytes go. */
export interface Sink {
  /** Resolves when they are written. Rejects with AppError of the disk. */
  write(pieces: readonly Uint8Array[], position: number): Promise<void>
}

export interface FetchDeps {
  http: Http
  sink: Sink
  /** Milliseconds to wait after so many bytes came, for the speed limit. */
  delay(bytes: number): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
  clock: () => number
  /** So much is written at once: a system call for each network packet would cost more than the writing. */
  batchBytes: number
  /** Longest silence of a server; milliseconds. */
  silenceMs: number
  signal: AbortSignal
}

/** What came on a slow line is not kept from the disk for longer. */
const BATCH_MS = 500
const DEFAULT_PATIENCE_SECONDS = 30

/**
 * Fetches one piece of a file of known size. `piece.next` tells at any moment, also after a failure, what is written.
 *
 * @throws RangesIgnoredError, StaleAddressError, AppError of network and disk
 */
export async function fetchPiece(deps: FetchDeps, located: Located, piece: Piece, size: number): Promise<void> {
  const { next: start, end } = piece
  const answer = await ask(deps, located, { range: `bytes=${start}-${end - 1}` })
  try {
    const host = hostOf(answer.url)
    if (answer.status === 200) throw new RangesIgnoredError(`${host} ignores ranges`)
    if (answer.status !== 206) throw refusal(answer, host)
    const range = answer.header('content-range')
    if (range?.trim() !== `bytes ${start}-${end - 1}/${size}`) {
      throw answerInvalid(host, `it sent ${range ?? 'no range'} instead of bytes ${start}-${end - 1}/${size}`)
    }
    await store(deps, answer, piece)
    if (piece.next < piece.end) throw answerInvalid(host, 'it ended too early')
  } finally {
    leave(answer)
  }
}

/**
 * Fetches a whole file in one stream, from its beginning.
 *
 * @param size null when nobody knows it
 * @returns bytes that came
 * @throws StaleAddressError, AppError of network and disk
 */
export async function fetchWhole(deps: FetchDeps, located: Located, size: number | null): Promise<number> {
  const answer = await ask(deps, located, {})
  try {
    const host = hostOf(answer.url)
    if (answer.status !== 200) throw refusal(answer, host)
    const promised = answer.header('content-length')
    if (size !== null && promised !== null && Number(promised) !== size) {
      throw answerInvalid(host, `it sends ${promised} bytes instead of ${size}`)
    }
    const piece = { next: 0, end: size ?? Infinity }
    const came = await store(deps, answer, piece)
    if (came !== piece.next || (size !== null && came !== size)) {
      throw answerInvalid(host, `it sent ${came} bytes instead of ${size ?? piece.next}`)
    }
    return came
  } finally {
    leave(answer)
  }
}

async function ask({ http, signal, silenceMs }: FetchDeps, located: Located, headers: Record<string, string>) {
  const answer = await http
    .request(located.url, {
      headers: { ...located.headers, 'accept-encoding': 'identity', ...headers },
      signal,
      silenceMs,
    })
    .catch((error: unknown) => {
      throw signal.aborted ? error : networkError(error, located.url)
    })
  const encoding = answer.header('content-encoding')
  const ok = answer.status === 200 || answer.status === 206
  const fault =
    ok && /^text\/html\b/i.test(answer.header('content-type') ?? '') && !/\.html?$/i.test(new URL(located.url).pathname)
      ? captivePortal(hostOf(answer.url))
      : ok && encoding !== null && encoding.toLowerCase() !== 'identity'
        ? answerInvalid(hostOf(answer.url), `it packed the file as ${encoding.slice(0, 20)}`)
        : null
  if (fault) {
    leave(answer)
    throw fault
  }
  return answer
}

function refusal(answer: HttpAnswer, host: string): Error {
  const { status } = answer
  if (status === 429) return rateLimited(host, Number(answer.header('retry-after')) || DEFAULT_PATIENCE_SECONDS)
  if (status === 401 || status === 403 || status === 404 || status === 410 || status === 416) {
    return new StaleAddressError(status, host)
  }
  return hubFailed(host, status)
}

/** Returns how many bytes came for the piece; more than fit are an error for a whole file, and cut for a piece. */
async function store(deps: FetchDeps, answer: HttpAnswer, piece: Piece): Promise<number> {
  const { sink, signal, clock } = deps
  let batch: Uint8Array[] = []
  let batchBytes = 0
  let batchSince = 0
  let came = piece.next
  let writing: Promise<void> = Promise.resolve()

  const writeBatch = async () => {
    await writing
    const pieces = batch
    const bytes = batchBytes
    const position = came - bytes
    batch = []
    batchBytes = 0
    if (bytes === 0) return
    writing = sink.write(pieces, position).then(() => {
      piece.next = position + bytes
    })
    // A failure is met at the next batch, or at the end.
    writing.catch(() => {})
  }

  try {
    for await (const chunk of bytesOf(answer, signal)) {
      const room = piece.end - came
      const kept = chunk.byteLength > room ? chunk.subarray(0, Math.max(0, room)) : chunk
      const wait = deps.delay(kept.byteLength)
      if (wait > 0) await deps.sleep(wait, signal)
      if (batchBytes === 0) batchSince = clock()
      batch.push(kept)
      batchBytes += kept.byteLength
      came += kept.byteLength
      if (batchBytes >= deps.batchBytes || clock() - batchSince >= BATCH_MS) await writeBatch()
      // Another connection has the rest.
      if (came >= piece.end) break
    }
  } finally {
    await writeBatch()
    await writing
  }
  return came
}

async function* bytesOf(answer: HttpAnswer, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer.body) yield chunk as Uint8Array // bodies are byte streams
  } catch (error) {
    throw signal.aborted ? error : networkError(error, answer.url)
  }
}

/** Ends an answer that may not be read to its end; what its stream says of that is of no use. */
function leave({ body }: HttpAnswer): void {
  body.on('error', () => {})
  body.destroy()
}
