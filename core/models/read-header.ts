import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import type { GgufFacts, ModelFile } from '../../shared/domain/models.ts'
import { askProbe, ProbeLostError } from '../host/ask-probe.ts'
import type { Host } from '../host/host.ts'

const PROBE_TIMEOUT_MS = 30_000
const SHARD = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i
const MAX_SHARDS = 1000

/**
 * What the header of a GGUF says, read in a process that may die of it.
 *
 * @throws AppError `model_file_…`
 */
export async function readHeader(host: Host, path: string): Promise<GgufFacts> {
  try {
    const { facts } = await askProbe(host, { type: 'gguf', path }, PROBE_TIMEOUT_MS)
    return facts
  } catch (error) {
    if (!(error instanceof ProbeLostError)) throw error
    throw new AppError({
      code: 'model_file_invalid',
      message: `${basename(path)} is no model that Hearth can read: reading its header ended the reader.`,
      suggestion: 'The file may be damaged. Get it again from where it came from.',
      data: { path, file: basename(path) },
      cause: error,
    })
  }
}

/**
 * The same of a file of which only the beginning is there; null when that is too little to reckon with.
 *
 * @param sizeBytes of the whole file
 */
export async function readBeginning(host: Host, path: string, sizeBytes: number): Promise<GgufFacts | null> {
  const { facts } = await askProbe(host, { type: 'gguf', path, partial: { sizeBytes } }, PROBE_TIMEOUT_MS)
  return facts.shape === null ? null : facts
}

/**
 * The weights that a path means: the file, or all shards beside it when it is one of several; the first one first.
 * They are not ours.
 *
 * @throws AppError `model_file_missing`, `model_file_invalid`
 */
export function weightsAt(path: string): ModelFile[] {
  const [, stem, , count] = SHARD.exec(basename(path)) ?? []
  const total = Number(count ?? 0)
  if (stem === undefined || total < 2 || total > MAX_SHARDS) return [weightFile(path)]
  return Array.from({ length: total }, (_, index) => {
    const number = String(index + 1).padStart(5, '0')
    return weightFile(join(dirname(path), `${stem}-${number}-of-${count}.gguf`))
  })
}

/** Whether a file's name says that it is one of several. */
export function isShard(name: string): boolean {
  return SHARD.test(basename(name))
}

function weightFile(path: string): ModelFile {
  return { path, sizeBytes: readableFileSize(path), sha256: null, role: 'weights', owned: false }
}

/**
 * Bytes of a file that can be a model.
 *
 * @throws AppError `model_file_missing`, `model_file_invalid`
 */
export function readableFileSize(path: string): number {
  const data = { path, file: basename(path) }
  let stat
  try {
    stat = statSync(path, { throwIfNoEntry: false })
  } catch (cause) {
    throw new AppError({
      code: 'model_file_missing',
      message: `Hearth can't open ${path}.`,
      suggestion: 'Check the path and your right to read it.',
      data,
      cause,
    })
  }
  if (!stat) {
    throw new AppError({
      code: 'model_file_missing',
      message: `There is no file at ${path}.`,
      suggestion: 'Check the path. A model is a file that ends in .gguf.',
      data,
    })
  }
  // A device or a pipe could keep a reader forever.
  if (!stat.isFile()) {
    throw new AppError({
      code: 'model_file_invalid',
      message: `${path} is not a file.`,
      suggestion: 'Choose the .gguf file itself.',
      data,
    })
  }
  return stat.size
}
