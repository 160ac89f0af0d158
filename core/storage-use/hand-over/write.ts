import { createHash } from 'node:crypto'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { AppError } from '../../../shared/domain/errors.ts'
import { readPieces, writeHashed } from '../copy-hashed.ts'
import type { Report } from '../progress.ts'
import { type HandOverFile, MANIFEST_NAME } from './manifest.ts'

/** A file of the hand-over: one on the disk, or a text. */
export type Part = HandOverFile & ({ from: string } | { text: string })

/** Writes a folder with the manifest and the parts. Throws `model_file_invalid` when one is not what was hashed. */
export async function writeFolder(
  folder: string,
  manifest: string,
  parts: readonly Part[],
  report: Report,
  signal: AbortSignal,
) {
  await mkdir(folder)
  await writeFile(join(folder, MANIFEST_NAME), manifest, { flag: 'wx' })
  for (const part of parts) {
    const onBytes = 'from' in part ? report.add : () => {}
    const written = await writeHashed(piecesOf(part, signal), join(folder, part.path), onBytes, signal)
    if (written.sha256 !== part.sha256) throw fileChanged(part.path)
  }
}

/** The same as a plain tar: weights do not compress, and any system can open it. */
export async function writeArchive(
  path: string,
  manifest: string,
  parts: readonly Part[],
  report: Report,
  signal: AbortSignal,
) {
  const archive = pack()
  const mtime = new Date()
  const fill = async () => {
    archive.entry({ name: MANIFEST_NAME, mtime }, manifest)
    for (const part of parts) {
      const hash = createHash('sha256')
      const entry = archive.entry({ name: part.path, size: part.sizeBytes, mtime })
      const ended = new Promise<void>((resolve, reject) => {
        entry.on('error', reject)
        entry.on('close', resolve)
      })
      // Heard of below, also when the writing fails before.
      ended.catch(() => {})
      let sizeBytes = 0
      for await (const piece of piecesOf(part, signal)) {
        hash.update(piece)
        sizeBytes += piece.length
        if (sizeBytes > part.sizeBytes) throw fileChanged(part.path)
        if ('from' in part) report.add(piece.length)
        if (!entry.write(piece))
          await Promise.race([new Promise<void>((resolve) => entry.once('drain', resolve)), ended])
        // The disk refused what was written before.
        if (entry.destroyed) throw new Error('The archive was given up.')
      }
      if (sizeBytes !== part.sizeBytes || hash.digest('hex') !== part.sha256) throw fileChanged(part.path)
      entry.end(null)
      await ended
    }
    archive.finalize()
  }
  const filling = fill().catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error('The archive could not be made.'))
    throw error
  })
  filling.catch(() => {})
  const file = await open(path, 'wx', 0o644)
  try {
    for await (const piece of archive) {
      signal.throwIfAborted()
      // Its type says any; without an encoding it gives buffers.
      await writeWhole(file, piece as Uint8Array)
    }
    await filling
    await file.sync()
  } finally {
    archive.destroy()
    // Why the archive ended is told by what filled it.
    await filling.catch(() => {})
    await file.close()
  }
}

async function writeWhole(
  file: { write(bytes: Uint8Array, offset: number): Promise<{ bytesWritten: number }> },
  bytes: Uint8Array,
) {
  for (let written = 0; written < bytes.length;) written += (await file.write(bytes, written)).bytesWritten
}

function piecesOf(part: Part, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return 'from' in part ? readPieces(part.from, signal) : Readable.from([Buffer.from(part.text)])
}

/** Someone wrote to a model's file. */
export function fileChanged(path: string): AppError {
  return new AppError({
    code: 'model_file_invalid',
    message: `${basename(path)} is not what it was when it came here.`,
    suggestion: 'Check the files of the model, or get it again.',
    data: { path, file: basename(path) },
  })
}
