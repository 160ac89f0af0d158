import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

const CHUNK_BYTES = 1 << 20

/**
 * Writes a new file from a stream, synced, and hashes what it wrote.
 *
 * @param onBytes is told how many bytes each step wrote
 * @returns size and SHA-256 as lower-case hex
 * @throws the file system's error; the caller removes what was written
 */
export async function writeHashed(
  source: AsyncIterable<Uint8Array>,
  target: string,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  const file = await open(target, 'wx', 0o644)
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted()
      hash.update(chunk)
      for (let written = 0; written < chunk.length;) {
        written += (await file.write(chunk, written)).bytesWritten
      }
      sizeBytes += chunk.length
      onBytes(chunk.length)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { sha256: hash.digest('hex'), sizeBytes }
}

/** The bytes of a file in large pieces. The file is opened with the first one, and closed whenever the reader ends. */
export async function* readPieces(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  signal?.throwIfAborted()
  for await (const piece of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    yield piece as Buffer // without an encoding a stream gives these
    signal?.throwIfAborted()
  }
}
