import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { AppError } from '../../../shared/domain/errors.ts'
import { answerInvalid } from './network-errors.ts'

const MOST_BYTES = 16 << 20

/** A body as text, unpacked. Throws `hub_answer_invalid` for more than `maxBytes` of it and for a broken packing. */
export async function readText(
  body: Readable,
  encoding: string | null,
  host: string,
  maxBytes = MOST_BYTES,
): Promise<string> {
  const unpack = decoder(encoding)
  const source = unpack ? body.on('error', (error) => unpack.destroy(error)).pipe(unpack) : body
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of source) {
      const bytes = Buffer.from(piece)
      length += bytes.byteLength
      if (length > maxBytes) throw answerInvalid(host)
      pieces.push(bytes)
    }
  } catch (error) {
    const known = error instanceof AppError || (error instanceof Error && error.name === 'AbortError')
    throw known ? error : answerInvalid(host, error)
  } finally {
    body.destroy()
  }
  return Buffer.concat(pieces).toString('utf8')
}

function decoder(encoding: string | null) {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip()
  if (encoding === 'br') return createBrotliDecompress()
  return encoding === 'deflate' ? createInflate() : null
}
