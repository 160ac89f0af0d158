import { z } from 'zod'
import { DownloadFile, DownloadState } from '../../shared/domain/downloads.ts'
import { ErrorInfo } from '../../shared/domain/errors.ts'
import { ModelSource } from '../../shared/domain/models.ts'
import type { Database } from '../storage/sqlite.ts'
import type { Entry } from './entry.ts'

/** The queue, as the database keeps it. */
export interface DownloadStore {
  /** In the order of the queue. */
  list(): Entry[]
  /** Writes one, new or known, at its place. */
  save(entry: Entry, position: number): void
  remove(id: string): void
}

const Plan = z.object({
  name: z.string(),
  title: z.string(),
  source: ModelSource,
  folder: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      sizeBytes: z.number().nullable(),
      sha256: z.string().nullable(),
      role: z.enum(['weights', 'projector', 'adapter']),
    }),
  ),
  attachments: z
    .object({
      template: z.string().nullable(),
      system: z.string().nullable(),
      parameters: z.record(z.string(), z.unknown()).nullable(),
      licences: z.array(z.string()),
      messages: z.array(z.object({ role: z.string(), content: z.string() })),
    })
    .nullable(),
})

const Files = z.array(
  z.object({
    state: DownloadFile.shape.state,
    doneBytes: z.number(),
    sizeBytes: z.number().nullable(),
    sha256: z.string().nullable(),
    fetched: z.boolean(),
  }),
)

export function createDownloadStore(database: Database): DownloadStore {
  return {
    list: () =>
      database
        .prepare('SELECT * FROM downloads ORDER BY position, created_at')
        .all()
        .map((row) => ({
          id: String(row['id']),
          ownerId: String(row['owner_id']),
          name: String(row['name']),
          plan: Plan.parse(JSON.parse(String(row['plan']))),
          root: String(row['root']),
          folder: String(row['folder']),
          state: DownloadState.parse(row['state']),
          files: Files.parse(JSON.parse(String(row['files']))),
          error: row['error'] === null ? null : ErrorInfo.parse(JSON.parse(String(row['error']))),
          waitingUntil: row['waiting_until'] === null ? null : Number(row['waiting_until']),
          createdAt: Number(row['created_at']),
          finishedAt: row['finished_at'] === null ? null : Number(row['finished_at']),
        })),
    save(entry, position) {
      database
        .prepare(
          `INSERT INTO downloads (id, owner_id, position, name, plan, root, folder, state, files, error,
             waiting_until, created_at, finished_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET position = excluded.position, name = excluded.name, plan = excluded.plan,
             root = excluded.root, folder = excluded.folder, state = excluded.state, files = excluded.files,
             error = excluded.error, waiting_until = excluded.waiting_until, finished_at = excluded.finished_at`,
        )
        .run(
          entry.id,
          entry.ownerId,
          position,
          entry.name,
          JSON.stringify(entry.plan),
          entry.root,
          entry.folder,
          entry.state,
          JSON.stringify(entry.files),
          entry.error && JSON.stringify(entry.error),
          entry.waitingUntil,
          entry.createdAt,
          entry.finishedAt,
        )
    },
    remove(id) {
      database.prepare('DELETE FROM downloads WHERE id = ?').run(id)
    },
  }
}
