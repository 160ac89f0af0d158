import { mkdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { z } from 'zod'
import { Settings } from '../../shared/domain/settings.ts'
import type { DownloadPlan } from '../hubs/hub.ts'
import { downloads as schema } from '../storage/migrations/0004-downloads.ts'
import { createDownloads } from './downloads.ts'
import { disk } from './disk.ts'
import { testHttp } from './hub.testing.ts'

/** A program that downloads one file and goes on with it when it is started again; killed and measured by others. */
const Task = z.object({
  root: z.string(),
  url: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  hashWorkerPath: z.string().nullable(),
  connections: z.number(),
  chunkBytes: z.number().nullable(),
})

const task = Task.parse(JSON.parse(process.argv[2] ?? ''))
mkdirSync(task.root, { recursive: true })
const database = new DatabaseSync(join(task.root, 'queue.db'))
if (!database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'downloads'").get()) database.exec(schema.up)
const http = testHttp()
const silent = () => {}
const plan: DownloadPlan = {
  name: 'killed',
  title: 'killed',
  source: { hub: 'huggingface', repo: 'ann/killed', revision: 'a'.repeat(40), variant: 'Q4_K_M', url: task.url },
  folder: 'huggingface/ann/killed',
  files: [{ path: 'model.gguf', sizeBytes: task.sizeBytes, sha256: task.sha256, role: 'weights' }],
  attachments: null,
}

/** Tells what is written, for those who kill. */
let written = 0
const talkative = {
  ...disk,
  async open(path: string) {
    const file = await disk.open(path)
    return {
      ...file,
      async write(pieces: readonly Uint8Array[], position: number) {
        await file.write(pieces, position)
        for (const { byteLength } of pieces) written += byteLength
        writeSync(1, `${JSON.stringify({ written })}\n`)
      },
    }
  },
}

const downloads = createDownloads({
  database,
  http,
  hubs: {
    planFor: () => Promise.resolve(plan),
    locate: () =>
      Promise.resolve({
        url: task.url,
        headers: {},
        sizeBytes: task.sizeBytes,
        sha256: task.sha256,
        revision: plan.source.revision,
        expiresAt: null,
      }),
  },
  settings: () => Settings.parse({ downloads: { connections: task.connections } }).downloads,
  modelsFolder: () => task.root,
  hashWorkerPath: task.hashWorkerPath,
  goOn: true,
  finish: () => Promise.resolve({ model: plan.name }),
  findOwnFile: () => null,
  effects: { onProgress: silent, onDone: silent, onFailed: silent },
  newId: () => `d${Date.now()}`,
  now: () => Date.now(),
  clock: () => performance.now(),
  log: { debug: silent, info: silent, warn: silent, error: silent },
  ...(task.chunkBytes === null ? {} : { chunkBytes: task.chunkBytes, disk: talkative }),
})

const started = performance.now()
downloads.add(plan, {}, { ownerId: 'ann', door: 'cli', access: 'local' })
for await (const { downloads: all } of downloads.topic.watch()) {
  const state = all[0]?.state
  if (state === 'failed') throw new Error(JSON.stringify(all[0]?.error))
  if (state === 'done') break
}
process.stdout.write(`${JSON.stringify({ ms: performance.now() - started })}\n`)
await downloads.close()
await http.close()
database.close()
