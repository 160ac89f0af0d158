import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** SHA-256 of a file as lower-case hex. `onProgress` is told how many bytes were read since the last call. */
export type HashFile = (path: string, onProgress: (bytes: number) => void, signal?: AbortSignal) => Promise<string>

const PIECE_BYTES = 1024 * 1024

/** Reads the file once, piece by piece. Rejects with the file system's error, or when the signal aborts. */
export const hashFile: HashFile = async (path, onProgress, signal) => {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES, signal })) {
    // Without an encoding a stream gives buffers.
    const bytes = piece as Buffer
    hash.update(bytes)
    onProgress(bytes.length)
  }
  return hash.digest('hex')
}
