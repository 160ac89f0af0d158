import { createReadStream } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { extract, type Header } from 'tar-stream'
import { AppError } from '../../../shared/domain/errors.ts'
import { readPieces } from '../copy-hashed.ts'
import { readSmall, statOrNull } from '../files.ts'
import {
  archiveInvalid,
  type HandOver,
  type HandOverFile,
  MANIFEST_NAME,
  MAX_MANIFEST_BYTES,
  parseHandOver,
} from './manifest.ts'

/** A hand-over that was opened and whose description made sense. */
export interface OpenHandOver {
  manifest: HandOver
  /** Its files in the order in which they lie there; each must be read to its end or left before the next. */
  files(): AsyncGenerator<{ file: HandOverFile; pieces: AsyncIterable<Uint8Array> }, void, void>
  close(): Promise<void>
}

/**
 * Opens a folder, or a `.hearth` file. Only names of the description are ever used, none of the archive.
 *
 * @throws AppError `not_found`, `archive_invalid`
 */
export async function openHandOver(source: string, signal: AbortSignal): Promise<OpenHandOver> {
  const stats = isAbsolute(source) ? await statOrNull(source) : null
  if (!stats) {
    throw new AppError({
      code: 'not_found',
      message: `There is nothing at ${source}.`,
      suggestion: 'Choose a .hearth file, or a folder that was exported.',
      data: { path: source },
    })
  }
  if (stats.isDirectory()) return openFolder(source, signal)
  // The description of a folder, when that was picked.
  if (stats.isFile() && basename(source) === MANIFEST_NAME) return openFolder(dirname(source), signal)
  if (!stats.isFile()) throw archiveInvalid('It is neither a file nor a folder.')
  return openArchive(source, signal)
}

async function openFolder(folder: string, signal: AbortSignal): Promise<OpenHandOver> {
  const text = await readSmall(join(folder, MANIFEST_NAME), MAX_MANIFEST_BYTES)
  if (text === null) throw archiveInvalid(`There is no ${MANIFEST_NAME} in the folder.`)
  const manifest = parseHandOver(text)
  return {
    manifest,
    async *files() {
      for (const file of manifest.files) {
        const path = join(folder, file.path)
        // A link could give away any file of this computer.
        const stats = await lstat(path).catch(() => null)
        if (!stats) continue
        if (!stats.isFile()) throw archiveInvalid(`${file.path} is not a plain file.`)
        if (stats.size !== file.sizeBytes) throw archiveInvalid(`${file.path} is not as long as it should be.`)
        yield { file, pieces: readPieces(path, signal) }
      }
    },
    close: () => Promise.resolve(),
  }
}

async function openArchive(path: string, signal: AbortSignal): Promise<OpenHandOver> {
  const { size } = await stat(path)
  const input = createReadStream(path, { highWaterMark: 1 << 20, signal })
  const unpack = extract()
  // A stream of the archive's own kind, which Node's pipeline does not close.
  input.on('error', (error) => unpack.destroy(error))
  unpack.on('error', () => input.destroy())
  input.pipe(unpack as unknown as NodeJS.WritableStream) // has all that pipe calls
  const entries = readEntries(unpack)
  const close = async () => {
    input.destroy()
    unpack.destroy()
    await entries.return().catch(() => {})
  }
  try {
    const first = await entries.next()
    if (first.done || first.value.header.name !== MANIFEST_NAME) throw archiveInvalid('It does not begin with a model.')
    const manifest = parseHandOver(await textOf(first.value))
    const claimed = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0)
    // Nothing in it is compressed: it can't hold more than it is long.
    if (claimed > size) throw archiveInvalid('It claims to hold more than is in it, or its end is missing.')
    return { manifest, files: () => matchFiles(manifest, entries), close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Entry {
  header: Header
  pieces: AsyncIterable<Uint8Array>
}

/** Plain files of an archive; anything else in it makes it invalid. */
async function* readEntries(unpack: ReturnType<typeof extract>): AsyncGenerator<Entry, void, void> {
  try {
    for await (const entry of unpack) {
      const { header } = entry
      if (header.type !== 'file') throw archiveInvalid('There is something in it that is not a plain file.')
      // Its type says nothing of the pieces, which are buffers.
      yield { header, pieces: plainErrors(entry as AsyncIterable<Uint8Array>) }
      entry.resume()
    }
  } catch (error) {
    throw toArchiveError(error)
  }
}

async function* plainErrors(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* pieces
  } catch (error) {
    throw toArchiveError(error)
  }
}

async function* matchFiles(
  manifest: HandOver,
  entries: AsyncGenerator<Entry, void, void>,
): ReturnType<OpenHandOver['files']> {
  const open = new Map(manifest.files.map((file) => [file.path, file]))
  for await (const { header, pieces } of entries) {
    const file = open.get(header.name)
    if (!file) throw archiveInvalid('There is a file in it that its description does not name, or one twice.')
    if (header.size !== file.sizeBytes) throw archiveInvalid(`${file.path} is not as long as it should be.`)
    open.delete(file.path)
    yield { file, pieces }
  }
}

async function textOf({ header, pieces }: Entry): Promise<string> {
  if (header.size > MAX_MANIFEST_BYTES) throw archiveInvalid('The description of the model in it is too long.')
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all).toString('utf8')
}

/** The archive's reader says it in terms of its own; the file system's errors stay what they are. */
function toArchiveError(error: unknown): unknown {
  if (error instanceof AppError || (error instanceof Error && ('code' in error || error.name === 'AbortError')))
    return error
  return archiveInvalid('The archive is damaged, or its end is missing.', error)
}
