import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import { writeFileAtomically } from '../../lib/write-file.ts'
import { parseJson, readSmall, statOrNull } from '../files.ts'

const Identity = z.object({ path: z.string(), dev: z.string(), ino: z.string() })

/** What was done to make one copy of equal files: enough to take it back, or to clean up after a crash. */
const OneCopyRecord = z.object({
  version: z.literal(1),
  id: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
  how: z.enum(['reflink', 'hardLink']),
  keeper: Identity,
  files: z.array(
    z.object({
      path: z.string(),
      /** Beside `path`; only while a file takes the other's place. */
      temporary: z.string(),
      /** Of the file that was replaced. */
      before: z.object({ dev: z.string(), ino: z.string(), mode: z.number(), mtimeMs: z.number() }),
      /** Of the link in its place; null: not replaced yet. */
      after: z.object({ dev: z.string(), ino: z.string(), mtimeMs: z.number() }).nullable(),
    }),
  ),
})
export type OneCopyRecord = z.infer<typeof OneCopyRecord>

const MAX_RECORD_BYTES = 10_000_000

/** The records on disk, `<home>/one-copy/<id>.json`. */
export interface Records {
  save(record: OneCopyRecord): Promise<void>
  remove(id: string): Promise<void>
  list(): Promise<OneCopyRecord[]>
  /** Throws `not_found`. */
  get(id: string): Promise<OneCopyRecord>
}

export function createRecords(home: string): Records {
  const folder = join(home, 'one-copy')
  const fileOf = (id: string) => join(folder, `${id}.json`)

  async function list(): Promise<OneCopyRecord[]> {
    const names = await readdir(folder).catch(() => [])
    const texts = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => readSmall(join(folder, name), MAX_RECORD_BYTES)),
    )
    return texts.flatMap((text) => {
      const record = OneCopyRecord.safeParse(parseJson(text))
      return record.success ? [record.data] : []
    })
  }

  return {
    list,
    async save(record) {
      await mkdir(folder, { recursive: true })
      await writeFileAtomically(fileOf(record.id), JSON.stringify(record, null, 2))
    },
    async remove(id) {
      await rm(fileOf(id), { force: true })
    },
    async get(id) {
      // Compared, not joined to a path: an id comes from outside.
      const record = (await list()).find((candidate) => candidate.id === id)
      if (!record) {
        throw new AppError({
          code: 'not_found',
          message: 'There is nothing left to undo.',
          suggestion: 'The files were made separate again already, or they are gone.',
        })
      }
      return record
    },
  }
}

/** The name of a file that is about to take `path`'s place. */
export function temporaryBeside(path: string, id: string): string {
  return join(dirname(path), `.${basename(path)}.${id}.hearth-tmp`)
}

/**
 * After a crash: removes the half-made files that the records name, and only those; a record then says what was
 * really done, and goes if that is nothing.
 */
export async function recoverRecords(records: Records): Promise<void> {
  for (const record of await records.list()) {
    let changed = false
    for (const file of record.files) {
      if (file.temporary === temporaryBeside(file.path, record.id)) await rm(file.temporary, { force: true })
      if (file.after !== null) continue
      changed = true
      const now = await statOrNull(file.path)
      const replaced = now !== null && (now.ino !== file.before.ino || now.dev !== file.before.dev)
      const isLink = replaced && (record.how === 'reflink' || now.ino === record.keeper.ino)
      if (isLink && now.size === record.sizeBytes) file.after = { dev: now.dev, ino: now.ino, mtimeMs: now.mtimeMs }
    }
    const done = record.files.filter((file) => file.after !== null)
    if (done.length === 0) await records.remove(record.id)
    else if (changed) await records.save({ ...record, files: done })
  }
}
