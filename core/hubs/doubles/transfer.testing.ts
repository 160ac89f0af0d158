import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { take, type TransferKnobs } from './knobs.testing.ts'

/** What a file holds: bytes in memory, or a real file that is streamed. */
export type Bytes = Uint8Array | { path: string }

const PIECE = 1 << 20

/** Bytes of a content. */
export async function sizeOf(content: Bytes): Promise<number> {
  return content instanceof Uint8Array ? content.byteLength : (await stat(content.path)).size
}

const hashes = new Map<string, Promise<string>>()
const memoryHashes = new WeakMap<Uint8Array, Map<string, string>>()

/** Lower-case hex; computed once for each content, `prefix` before the bytes. */
export async function hashOf(content: Bytes, algorithm: 'sha256' | 'sha1', prefix = ''): Promise<string> {
  if (content instanceof Uint8Array) {
    const known = memoryHashes.get(content) ?? new Map<string, string>()
    memoryHashes.set(content, known)
    const key = `${algorithm}${prefix}`
    const value = known.get(key) ?? createHash(algorithm).update(prefix).update(content).digest('hex')
    known.set(key, value)
    return value
  }
  const { mtimeMs, size } = await stat(content.path)
  const key = `${algorithm}|${prefix}|${content.path}|${mtimeMs}|${size}`
  const value = hashes.get(key) ?? hashFile(content.path, algorithm, prefix)
  hashes.set(key, value)
  return value
}

async function hashFile(path: string, algorithm: string, prefix: string): Promise<string> {
  const hash = createHash(algorithm).update(prefix)
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) hash.update(piece)
  return hash.digest('hex')
}

/** Sends a file or the range of it that was asked for, with the faults that are set. */
export async function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  content: Bytes,
  knobs: TransferKnobs,
  headers: Record<string, string> = {},
): Promise<void> {
  if (take(knobs.silentBeforeHead)) return
  const size = await sizeOf(content)
  const asked = knobs.ignoreRange ? null : parseRange(request.headers.range, size)
  if (asked === 'bad' || (asked && knobs.refuseRange)) {
    response.writeHead(416, { 'content-range': `bytes */${size}`, 'content-length': '0' })
    response.end()
    return
  }
  const [first, last] = asked ?? [0, size - 1]
  const head: Record<string, string> = {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    ...headers,
    ...contentLength(knobs, last - first + 1, request.method),
    ...(asked ? { 'content-range': contentRange(knobs, first, last, size) } : {}),
  }
  if (knobs.gzipBody && content instanceof Uint8Array && request.method !== 'HEAD') {
    response.writeHead(asked ? 206 : 200, { ...withoutLength(head), 'content-encoding': 'gzip' })
    response.end(gzipSync(content.subarray(first, last + 1)))
    return
  }
  response.writeHead(asked ? 206 : 200, head)
  if (request.method === 'HEAD' || size === 0) {
    response.end()
    return
  }
  if (knobs.contentLength === 'zero') {
    response.end()
    return
  }
  await sendBody(response, content, first, last, knobs)
}

async function sendBody(response: ServerResponse, content: Bytes, first: number, last: number, knobs: TransferKnobs) {
  const flip =
    knobs.flipBit && knobs.flipBit.offset >= first && knobs.flipBit.offset <= last ? take(knobs.flipBit) : null
  const cut = take(knobs.endAfter)
  const reset = cut ? null : take(knobs.resetAfter)
  const silent = cut || reset ? null : take(knobs.silentAfter)
  const fault = cut ?? reset ?? silent
  if (!flip && !fault && knobs.bytesPerSecond === null) {
    if (content instanceof Uint8Array) {
      response.end(content.subarray(first, last + 1))
      return
    }
    const file = createReadStream(content.path, { start: first, end: last, highWaterMark: PIECE })
    await pipeline(file, response).catch(() => response.destroy())
    return
  }
  let sent = 0
  const until = fault ? Math.min(last + 1, first + fault.bytes) : last + 1
  for await (const piece of pieces(content, first, until, knobs)) {
    const bytes = flip ? flipped(piece, first + sent, flip.offset) : piece
    if (response.destroyed) return
    if (!response.write(bytes)) await drained(response)
    sent += piece.byteLength
    if (knobs.bytesPerSecond !== null) await pause((piece.byteLength / knobs.bytesPerSecond) * 1000, response)
  }
  if (!fault) {
    response.end()
    return
  }
  // The head alone must leave too, when not one byte of the body does.
  response.flushHeaders()
  await pause(20, response)
  if (cut) response.socket?.end()
  else if (reset) response.socket?.resetAndDestroy()
}

async function* pieces(content: Bytes, first: number, until: number, knobs: TransferKnobs): AsyncGenerator<Uint8Array> {
  const file = content instanceof Uint8Array ? null : await open(content.path)
  try {
    let at = first
    while (at < until) {
      // About twenty pieces a second, so that a limit is smooth and can be changed while it is sent.
      const most =
        knobs.bytesPerSecond === null ? 65_536 : Math.min(65_536, Math.max(1, Math.round(knobs.bytesPerSecond / 20)))
      const end = Math.min(until, at + most)
      if (content instanceof Uint8Array) yield content.subarray(at, end)
      else if (file) yield (await file.read(Buffer.alloc(end - at), 0, end - at, at)).buffer
      at = end
    }
  } finally {
    await file?.close()
  }
}

function flipped(piece: Uint8Array, start: number, offset: number): Uint8Array {
  if (offset < start || offset >= start + piece.byteLength) return piece
  const copy = Uint8Array.from(piece)
  copy[offset - start] = (copy[offset - start] ?? 0) ^ 1
  return copy
}

/** First and last byte, both included; null without a range, `bad` when it lies outside. */
function parseRange(header: string | undefined, size: number): [number, number] | 'bad' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  if (match[1] === '') return [Math.max(0, size - Number(match[2])), size - 1]
  const first = Number(match[1])
  const last = match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))
  return first >= size || first > last ? 'bad' : [first, last]
}

function contentRange(knobs: TransferKnobs, first: number, last: number, size: number): string {
  if (knobs.wrongContentRange === 'start') return `bytes ${first + 1}-${last}/${size}`
  if (knobs.wrongContentRange === 'total') return `bytes ${first}-${last}/${size + 1}`
  return `bytes ${first}-${last}/${size}`
}

function contentLength(knobs: TransferKnobs, length: number, method = 'GET'): Record<string, string> {
  if (knobs.contentLength === 'missing') return method === 'HEAD' ? {} : { 'transfer-encoding': 'chunked' }
  return { 'content-length': String(knobs.contentLength === 'zero' ? 0 : length) }
}

function withoutLength(head: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(head).filter(([name]) => name !== 'content-length'))
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
}

function pause(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      resolve()
      return
    }
    const done = () => {
      clearTimeout(timer)
      response.off('close', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    timer.unref()
    response.once('close', done)
  })
}
