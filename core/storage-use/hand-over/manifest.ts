import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import { GgufFacts, MadeModel, ModelCheck, ModelDefaults, ModelSource } from '../../../shared/domain/models.ts'
import { isSafeFileName } from '../safe-name.ts'

/** Comes first in a hand-over, so that everything behind it can be compared while it is read. */
export const MANIFEST_NAME = 'hearth-model.json'
export const MAX_MANIFEST_BYTES = 16_000_000

export const HandOverFile = z.object({
  /** Beside the manifest; a hand-over has no folders. */
  path: z.string().refine(isSafeFileName, 'not a plain file name'),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** `text` is for people to read; everything in it is in the manifest too. */
  role: z.enum(['weights', 'projector', 'adapter', 'document', 'text']),
})
export type HandOverFile = z.infer<typeof HandOverFile>

/** What a model's hand-over says of it. */
export const HandOver = z.object({
  format: z.literal('hearth-model'),
  /** Raised when an older Hearth could not read it rightly. */
  version: z.literal(1),
  /** Version of the Hearth that wrote it. */
  writtenBy: z.string().max(100),
  /** Epoch milliseconds. */
  writtenAt: z.number(),
  name: z.string().min(1).max(400),
  title: z.string().max(1000),
  facts: GgufFacts,
  defaults: ModelDefaults,
  source: ModelSource.nullable(),
  made: MadeModel.nullable(),
  licenceText: z.string().nullable(),
  tags: z.array(z.string().max(100)).max(100),
  check: ModelCheck.nullable(),
  files: z.array(HandOverFile).min(1).max(2000),
})
export type HandOver = z.infer<typeof HandOver>

/**
 * Reads what came from another computer and is believed in nothing that can be compared.
 *
 * @throws AppError `archive_invalid`
 */
export function parseHandOver(text: string): HandOver {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw archiveInvalid('The description of the model in it can’t be read.', cause)
  }
  if (newerThanThis(value)) throw archiveInvalid('It was written by a newer Hearth.')
  const parsed = HandOver.safeParse(value)
  if (!parsed.success) throw archiveInvalid('The description of the model in it makes no sense.', parsed.error)
  const names = parsed.data.files.map((file) => file.path.toLowerCase())
  // Systems that see no difference between A and a would write one over the other.
  if (new Set(names).size < names.length || names.includes(MANIFEST_NAME)) {
    throw archiveInvalid('It names a file twice.')
  }
  if (!parsed.data.files.some((file) => file.role === 'weights')) throw archiveInvalid('There is no model in it.')
  return parsed.data
}

/** @param what a sentence */
export function archiveInvalid(what: string, cause?: unknown): AppError {
  return new AppError({
    code: 'archive_invalid',
    message: `This is no model that Hearth can import. ${what}`,
    suggestion: 'Have it exported again on the other computer.',
    data: { reason: what },
    cause,
  })
}

function newerThanThis(value: unknown): boolean {
  const version = z.object({ format: z.literal('hearth-model'), version: z.number() }).safeParse(value)
  return version.success && version.data.version > 1
}
