import { type FileHandle, open } from 'node:fs/promises'
import { textStream } from '../answering/text-stream.ts'
import type { ServerContext } from '../context.ts'
import { HttpRefusal } from '../errors.ts'
import type { Jobs } from '../jobs.ts'
import type { ShelfBlob, VerifiedFile } from './manifest.ts'
import { type Range, rangeOf } from './ranges.ts'

const PIECE_BYTES = 128 * 1024
const OCTETS = { contentType: 'application/octet-stream', silence: null }

/**
 * A blob, or the part of it that was asked for. A file is read no faster than the client takes it; one that changes
 * meanwhile breaks the connection, so that nobody takes what came for the whole.
 * @throws HttpRefusal 404 for a file that is gone or another by now, 416
 */
export async function sendBlob(c: ServerContext, jobs: Jobs, digest: string, blob: ShelfBlob): Promise<Response> {
  const size = 'text' in blob ? blob.text.byteLength : blob.file.sizeBytes
  const etag = `"${digest}"`
  // Ollama's client asks the address that this names for the parts, whatever the status is.
  const headers = { etag, location: c.req.path, 'docker-content-digest': digest, 'accept-ranges': 'bytes' }
  if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers })
  const ifRange = c.req.header('if-range')
  const asked = rangeOf(ifRange === undefined || ifRange === etag ? c.req.header('range') : undefined, size)
  if (asked === 'none') {
    throw new HttpRefusal(416, `The file has ${size} bytes.`, { ...headers, 'content-range': `bytes */${size}` })
  }
  const range = asked ?? { start: 0, end: size }
  const whole = {
    status: asked === null ? 200 : 206,
    headers: {
      ...headers,
      'content-type': OCTETS.contentType,
      'content-length': String(range.end - range.start),
      ...(asked === null ? {} : { 'content-range': `bytes ${range.start}-${range.end - 1}/${size}` }),
    },
  }
  if (c.req.method === 'HEAD') return new Response(null, whole)
  if ('text' in blob) return new Response(Uint8Array.from(blob.text.subarray(range.start, range.end)), whole)
  return new Response(await streamFile(c, jobs, blob.file, range, whole.status), whole)
}

async function streamFile(
  c: ServerContext,
  jobs: Jobs,
  file: VerifiedFile,
  range: Range,
  status: number,
): Promise<ReadableStream<Uint8Array> | null> {
  const handle = await openVerified(file)
  const record = c.get('record')
  const job = jobs.begin(c.req.raw.signal, c.get('caller').actor.ownerId)
  let isOpen = true
  const close = () => {
    job.end()
    if (!isOpen) return
    isOpen = false
    // Whatever reads just now comes to its end first.
    handle.close().catch(() => {})
  }
  record.streaming = true
  const pieces = async function* (): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* read(handle, file, range, job.signal)
      record.end(status)
    } catch (error) {
      record.setError(error instanceof Error ? error.message : String(error))
      record.end(status)
      throw error
    } finally {
      close()
    }
  }
  return textStream(pieces(), {
    format: OCTETS,
    onGone() {
      record.cancel()
      job.abort()
      close()
    },
  }).body
}

/** @throws HttpRefusal 404 */
async function openVerified(file: VerifiedFile): Promise<FileHandle> {
  const gone = new HttpRefusal(404, 'The file of this model is gone or was changed. Ask for the manifest again.')
  const handle = await open(file.path).catch(() => {
    throw gone
  })
  if (await isSame(handle, file)) return handle
  await handle.close()
  throw gone
}

async function* read(
  handle: FileHandle,
  file: VerifiedFile,
  { start, end }: Range,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = start; at < end;) {
    signal.throwIfAborted()
    const length = Math.min(PIECE_BYTES, end - at)
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, at)
    at += bytesRead
    // The last piece is held back from what is no longer the file.
    if (bytesRead === 0 || (at >= end && !(await isSame(handle, file)))) throw new Error(`${file.path} has changed.`)
    yield buffer.subarray(0, bytesRead)
  }
}

async function isSame(handle: FileHandle, { sizeBytes, mtimeMs }: VerifiedFile): Promise<boolean> {
  const stats = await handle.stat()
  return stats.isFile() && stats.size === sizeBytes && stats.mtimeMs === mtimeMs
}
