import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { onTestFinished } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import type { Download } from '../../shared/domain/downloads.ts'
import { Settings } from '../../shared/domain/settings.ts'
import {
  startHuggingFaceDouble,
  type HuggingFaceDouble,
  type HuggingFaceKnobs,
} from '../hubs/doubles/huggingface.testing.ts'
import type { DoubleFile, DoubleRepo } from '../hubs/doubles/huggingface-repos.testing.ts'
import type { DownloadPlan } from '../hubs/hub.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { downloads as schema } from '../storage/migrations/0004-downloads.ts'
import { createFaultyDisk } from './disk.testing.ts'
import { createDownloads, type Downloads, type DownloadsDeps } from './downloads.ts'
import { connectHub } from './hub.testing.ts'
import { createTestTime } from './time.testing.ts'

export const actor: Actor = { ownerId: 'ann', door: 'window', access: 'local' }
export const REPO = 'ann/model'
export const FILE = 'model-Q4_K_M.gguf'
export const MEGABYTE = 1 << 20

/** Bytes that look like nothing else. */
export function content(megabytes: number): Buffer {
  return randomBytes(Math.round(megabytes * MEGABYTE))
}

export interface FixtureOptions {
  files?: DoubleFile[]
  repos?: DoubleRepo[]
  knobs?: Partial<HuggingFaceKnobs>
  /** Replace what the fixture gives. */
  deps?: Partial<DownloadsDeps>
}

/** Downloads from a double on loopback into an empty folder, in time that does not pass by itself. */
export async function startDownloads(options: FixtureOptions = {}) {
  const bytes = content(4)
  const files = options.files ?? [{ path: FILE, bytes }]
  const double: HuggingFaceDouble = await startHuggingFaceDouble({
    repos: options.repos ?? [{ id: REPO, files }],
    ...(options.knobs ? { knobs: options.knobs } : {}),
  })
  const root = tempFolder()
  const database = new DatabaseSync(':memory:')
  database.exec(schema.up)
  const disk = createFaultyDisk()
  const time = createTestTime()
  const settings = Settings.parse({}).downloads
  const hub = connectHub(double, time.now)
  const finished: string[][] = []
  const events: string[] = []
  const log: string[] = []
  /** Every state that was told, with its error. */
  const history: string[] = []
  const note = (...values: unknown[]) => void log.push(JSON.stringify(values))
  let lastId = 0

  let downloads: Downloads | undefined
  const open = (deps: Partial<DownloadsDeps> = {}): Downloads =>
    createDownloads({
      database,
      http: hub.http,
      hubs: hub,
      settings: () => settings,
      modelsFolder: () => root,
      hashWorkerPath: null,
      goOn: true,
      finish: (plan, modelFiles) => {
        finished.push(modelFiles.map(({ path }) => path))
        return Promise.resolve({ model: plan.name })
      },
      findOwnFile: () => null,
      effects: {
        onProgress: () => {
          for (const { state, error } of downloads?.list() ?? []) {
            const told = error ? `${state} ${error.code}` : state
            if (history.at(-1) !== told) history.push(told)
          }
        },
        onDone: ({ name }) => void events.push(`done ${name}`),
        onFailed: ({ error }) => void events.push(`failed ${error?.code}`),
      },
      newId: () => `d${++lastId}`,
      now: time.now,
      clock: () => performance.now(),
      log: { debug: note, info: note, warn: note, error: note },
      disk,
      sleep: time.sleep,
      silenceMs: 400,
      chunkBytes: MEGABYTE,
      ...options.deps,
      ...deps,
    })
  downloads = open()
  onTestFinished(async () => {
    await downloads?.close()
    await hub.http.close()
    await double.close()
    database.close()
  })

  const fixture = {
    double,
    root,
    disk,
    time,
    settings,
    hub,
    finished,
    events,
    log,
    database,
    bytes,
    history,
    get downloads(): Downloads {
      if (!downloads) throw new Error('Not open.')
      return downloads
    },
    /** The folder of the repository's files. */
    folder: join(root, 'huggingface', ...REPO.split('/')),
    target: (path = FILE) => join(fixture.folder, ...path.split('/')),
    part: (path = FILE) => `${fixture.target(path)}.part`,
    /** Bytes of the file under its final name; null while there is none. */
    got: (path = FILE) => (existsSync(fixture.target(path)) ? readFileSync(fixture.target(path)) : null),
    /** Everything below the models' folder. */
    left: () => readdirSync(root, { recursive: true, withFileTypes: true }).map(({ name }) => name),
    enqueue: (variant = FILE, repo = REPO) =>
      fixture.downloads.enqueue({ hub: 'huggingface', repo, variant, first: false }, actor),
    add: (plan: DownloadPlan) => fixture.downloads.add(plan, {}, actor),
    logged: (text: string) =>
      until(
        () => log.some((line) => line.includes(text)),
        () => text,
      ),
    /** As if the program was ended and started. */
    async restart(deps: Partial<DownloadsDeps> = {}) {
      await fixture.downloads.close()
      downloads = open(deps)
    },
    /** As if the program was killed: nothing is tidied up. */
    forget() {
      downloads = open()
    },
    one: (id?: string): Download => {
      const found =
        id === undefined ? fixture.downloads.list()[0] : fixture.downloads.list().find((each) => each.id === id)
      if (!found) throw new Error('There is no download.')
      return found
    },
    /** Waits until a state was told, however soon it went. */
    reached: (told: string) =>
      until(
        () => history.includes(told),
        () => `${told}; there were ${history.join(', ')}`,
      ),
    state: async (state: Download['state'], id?: string) => {
      await until(
        () => fixture.one(id).state === state,
        () => `${state}; it is ${JSON.stringify(fixture.one(id))}`,
      )
      return fixture.one(id)
    },
    /** Waits until so many megabytes of it are written. */
    has: (megabytes: number, id?: string) =>
      until(
        () => fixture.one(id).doneBytes >= megabytes * MEGABYTE,
        () => `${megabytes} MB; it is ${JSON.stringify(fixture.one(id))}`,
      ),
    /** Waits until the CDN was asked so often. */
    hasAsked: (times: number) =>
      until(
        () => fixture.ranges().length >= times,
        () => `${times} requests`,
      ),
    /** Bytes that the CDN was asked for, in ranges. */
    asked: () =>
      fixture.ranges().reduce((sum, range) => {
        const [first = 0, last = 0] = range.replace('bytes=', '').split('-').map(Number)
        return sum + last - first + 1
      }, 0),
    /** Ranges that the CDN was asked for. */
    ranges: () => double.requests.flatMap(({ server, range }) => (server === 'cdn' && range !== null ? [range] : [])),
  }
  return fixture
}

/** Waits for something that comes by itself. */
export async function until(condition: () => boolean, wanted: () => string = () => 'it'): Promise<void> {
  const end = Date.now() + 4_000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited long for ${wanted()}.`)
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
}
