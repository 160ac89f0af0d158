import { chmod, constants, copyFile, link, rename, rm, utimes } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../../shared/domain/errors.ts'
import type { OneCopy } from '../../../shared/domain/storage.ts'
import { readPieces, writeHashed } from '../copy-hashed.ts'
import type { HashFile } from '../../lib/hash-file.ts'
import { assertSpace, fileError, fileInUse, statOrNull } from '../files.ts'
import type { Hashed, LinkPlan } from './groups.ts'
import { type OneCopyRecord, type Records, temporaryBeside } from './records.ts'

export interface OneCopyDeps {
  records: Records
  hashFile: HashFile
  isBusy: (path: string) => boolean
}

/**
 * Puts links to one file in the place of its equals. Each is read again right before; a file that is not what it was
 * stays as it is. The record is written first, so that a crash at any moment can be cleaned up and undone.
 *
 * @throws AppError `file_in_use`, `model_file_invalid` when a file changed, `forbidden` when the system allows no link
 */
export async function linkEqual(id: string, plan: LinkPlan, deps: OneCopyDeps): Promise<OneCopy> {
  const { keeper, replaced } = plan
  const files = replaced.flat()
  for (const file of [keeper, ...files]) assertIdle(file, deps)
  await assertSameBytes(keeper, deps)
  const record: OneCopyRecord = {
    version: 1,
    id,
    sha256: keeper.sha256,
    sizeBytes: keeper.stats.size,
    how: 'reflink',
    keeper: { path: keeper.real, dev: keeper.stats.dev, ino: keeper.stats.ino },
    files: files.map(({ real, stats: { dev, ino, mode, mtimeMs } }) => ({
      path: real,
      temporary: temporaryBeside(real, id),
      before: { dev, ino, mode, mtimeMs },
      after: null,
    })),
  }
  await deps.records.save(record)
  let failure: unknown = null
  for (const [index, file] of files.entries()) {
    const entry = record.files[index]
    if (!entry) continue
    try {
      await assertSameBytes(file, deps)
      const how = await makeLink(keeper.real, entry.temporary, record, index === 0)
      if (how !== record.how) {
        record.how = how
        await deps.records.save(record)
      }
      if (how === 'reflink') await keepModeAndTime(entry.temporary, entry.before)
      // Reading took a while.
      assertIdle(file, deps)
      await assertUntouched(keeper)
      await assertUntouched(file)
      await rename(entry.temporary, file.real)
      const now = await statOrNull(file.real)
      entry.after = now && { dev: now.dev, ino: now.ino, mtimeMs: now.mtimeMs }
    } catch (error) {
      await rm(entry.temporary, { force: true })
      failure = fileError(error, file.real)
      break
    }
  }
  const done = record.files.filter((file) => file.after !== null)
  if (done.length === 0) {
    await deps.records.remove(id)
    throw failure
  }
  await deps.records.save({ ...record, files: done })
  const paths = new Set(done.map((file) => file.path))
  const gone = replaced.filter((copy) => copy.every((file) => paths.has(file.real)))
  return {
    undoId: id,
    regainedBytes: gone.length * record.sizeBytes,
    how: record.how,
    files: files.filter((file) => paths.has(file.real)).map((file) => file.path),
  }
}

/**
 * Makes the links full files of their own again. Those that were replaced or removed since are left as they are.
 *
 * @throws AppError `disk_full`, `file_in_use`, `model_file_invalid` when the bytes are no longer those that were shared
 */
export async function unlinkEqual(record: OneCopyRecord, deps: OneCopyDeps): Promise<void> {
  const still: OneCopyRecord['files'] = []
  for (const file of record.files) {
    const now = await statOrNull(file.path)
    if (now && now.ino === file.after?.ino && now.dev === file.after.dev) still.push(file)
  }
  for (const { path } of still) if (deps.isBusy(path)) throw fileInUse(path)
  const [first] = still
  if (first) await assertSpace(first.path, still.length * record.sizeBytes)
  let left = still
  for (const file of still) {
    try {
      const copied = await writeHashed(readPieces(file.path), file.temporary, () => {})
      if (copied.sha256 !== record.sha256) throw changed(file.path)
      await keepModeAndTime(file.temporary, file.before)
      await rename(file.temporary, file.path)
    } catch (error) {
      await rm(file.temporary, { force: true })
      throw fileError(error, file.path)
    }
    left = left.filter((other) => other !== file)
    await deps.records.save({ ...record, files: left })
  }
  await deps.records.remove(record.id)
}

/** A clone where the file system knows how (it stays a file of its own), else a second name of the same file. */
async function makeLink(
  from: string,
  temporary: string,
  record: OneCopyRecord,
  isFirst: boolean,
): Promise<OneCopyRecord['how']> {
  if (isFirst || record.how === 'reflink') {
    try {
      await copyFile(from, temporary, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL)
      return 'reflink'
    } catch (error) {
      if (!isFirst) throw error
      await rm(temporary, { force: true })
    }
  }
  try {
    await link(from, temporary)
  } catch (cause) {
    throw new AppError({
      code: 'forbidden',
      message: `The system allows no link to ${from}.`,
      suggestion: 'The drive may not know links, or the file belongs to another user of this computer.',
      data: { path: from, file: basename(from) },
      cause,
    })
  }
  return 'hardLink'
}

/** As the file was that it replaces; a file system without them does not mind. */
async function keepModeAndTime(path: string, before: { mode: number; mtimeMs: number }): Promise<void> {
  await utimes(path, before.mtimeMs / 1000, before.mtimeMs / 1000).catch(() => {})
  await chmod(path, before.mode & 0o7777).catch(() => {})
}

async function assertSameBytes(file: Hashed, { hashFile }: OneCopyDeps): Promise<void> {
  if ((await hashFile(file.real, () => {})) !== file.sha256) throw changed(file.path)
  await assertUntouched(file)
}

async function assertUntouched({ real, path, stats }: Hashed): Promise<void> {
  const now = await statOrNull(real)
  const same =
    now?.ino === stats.ino && now.dev === stats.dev && now.size === stats.size && now.mtimeMs === stats.mtimeMs
  if (!same) throw changed(path)
}

function assertIdle({ real, path }: Hashed, { isBusy }: OneCopyDeps): void {
  if (isBusy(path) || isBusy(real)) throw fileInUse(path)
}

function changed(path: string): AppError {
  return new AppError({
    code: 'model_file_invalid',
    message: `${basename(path)} is not what it was when it was last read.`,
    suggestion: 'Look for equal files again.',
    data: { path, file: basename(path) },
  })
}
