import type { FileHandle } from 'node:fs/promises'
import { invalidFile, truncatedFile } from './file-errors.ts'

const windowBytes = 1 << 20

/** What is asked for lies behind the part of the file that is here. */
export class NotHereYetError extends Error {
  override readonly name = 'NotHereYetError'
}

/**
 * Reads little-endian values from a file, one after the other, through a window of 1 MiB. Never reads more than a
 * caller's cap into memory, whatever lengths the file declares. Reading past the end throws `model_file_truncated`; of
 * a file that is here in part, reading past that part throws a NotHereYetError.
 */
export class ByteSource {
  readonly #file: FileHandle
  readonly #path: string
  /** Of the whole file. */
  readonly size: number
  readonly #here: number
  #window: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  #windowStart = 0
  #position = 0

  constructor(file: FileHandle, path: string, size: number, here = size) {
    this.#file = file
    this.#path = path
    this.size = size
    this.#here = here
  }

  get position(): number {
    return this.#position
  }

  async u32(): Promise<number> {
    return (await this.bytes(4)).readUInt32LE(0)
  }

  /** @throws AppError `model_file_invalid` for what no file can hold */
  async u64(): Promise<number> {
    const value = (await this.bytes(8)).readBigUInt64LE(0)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidFile(this.#path, 'a length in it is impossible')
    return Number(value)
  }

  async text(maxBytes: number): Promise<string> {
    const length = await this.u64()
    if (length > maxBytes) throw this.#tooLong(length)
    return (await this.bytes(length)).toString('utf8')
  }

  async skipText(): Promise<void> {
    this.skip(await this.u64())
  }

  skip(length: number): void {
    this.#assertHere(length)
    this.#position += length
  }

  /** A view that is valid until the next read. */
  async bytes(length: number): Promise<Buffer> {
    this.#assertHere(length)
    const end = this.#position + length
    if (this.#position < this.#windowStart || end > this.#windowStart + this.#window.length) await this.#move(length)
    const start = this.#position - this.#windowStart
    this.#position = end
    return this.#window.subarray(start, start + length)
  }

  async #move(atLeast: number): Promise<void> {
    const buffer = Buffer.alloc(Math.min(Math.max(atLeast, windowBytes), this.#here - this.#position))
    let filled = 0
    while (filled < buffer.length) {
      const { bytesRead } = await this.#file.read(buffer, filled, buffer.length - filled, this.#position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    // The file shrank while it was read.
    if (filled < atLeast) throw truncatedFile(this.#path, this.#position + filled, this.#position + atLeast)
    this.#window = buffer.subarray(0, filled)
    this.#windowStart = this.#position
  }

  #assertHere(length: number): void {
    const end = this.#position + length
    if (end > this.size) throw truncatedFile(this.#path, this.size, end)
    if (end > this.#here) throw new NotHereYetError()
  }

  #tooLong(length: number): Error {
    return this.#position + length > this.size
      ? truncatedFile(this.#path, this.size, this.#position + length)
      : invalidFile(this.#path, 'a text in its header is longer than any model needs')
  }
}
