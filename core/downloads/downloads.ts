import { dirname, isAbsolute, join } from 'node:path'
import type { Actor } from '../../shared/domain/actor.ts'
import type { Download, DownloadRequest, DownloadsState } from '../../shared/domain/downloads.ts'
import { AppError, toErrorInfo } from '../../shared/domain/errors.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { DownloadPlan, Http, HubCall, Located, PlannedFile } from '../hubs/hub.ts'
import type { Log } from '../lib/log.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import type { Database } from '../storage/sqlite.ts'
import { sleep as realSleep } from './delay.ts'
import { disk as realDisk, foldersUpTo, type Disk } from './disk.ts'
import { createDownloadStore } from './download-store.ts'
import { filesOf, isFinished, isUnderWay, newFiles, toDownload, type Entry } from './entry.ts'
import { createHasher } from './hasher.ts'
import { removeOrphans, removePart } from './orphans.ts'
import { handOver, holdPlaces } from './hand-over.ts'
import type { Finish } from './run-download.ts'
import { createScheduler } from './scheduler.ts'
import { assertSpace } from './space.ts'
import { createSpeedLimit } from './speed-limit.ts'
import { summarize } from './summary.ts'

/** The queue of models on their way to this computer. */
export interface Downloads {
  topic: Topic<DownloadsState>
  /** In the order in which they are fetched, finished ones last. */
  list(): Download[]
  /** What a download fetches; undefined when there is no such download. */
  planOf(id: string): DownloadPlan | undefined
  /** Plans and queues it; one that is queued already is not queued twice. Throws as the hub's `plan`, `invalid_input`. */
  enqueue(request: DownloadRequest, actor: Actor): Promise<Download>
  /** Queues what is planned already, as `enqueue`. */
  add(plan: DownloadPlan, options: { folder?: string | undefined; first?: boolean }, actor: Actor): Download
  /** Stops it; resolves when what was fetched is safe. Throws `not_found`, as all below. */
  pause(id: string): Promise<void>
  resume(id: string): void
  pauseAll(): Promise<void>
  resumeAll(): void
  /** Ends it and deletes what it fetched. */
  cancel(id: string): Promise<void>
  /** Puts it at a place of the queue; 0 is the first. */
  move(id: string, to: number): void
  clearFinished(): void
  /** The computer woke, or the network changed: everything that waits goes on, what runs connects anew. */
  wake(): void
  /** More may run at the same time than before. */
  settingsChanged(): void
  /** Stops all, which go on at the next start. */
  close(): Promise<void>
}

export interface DownloadsDeps {
  database: Database
  http: Http
  hubs: {
    planFor(
      request: Pick<DownloadRequest, 'hub' | 'repo' | 'revision' | 'variant'>,
      call: HubCall,
    ): Promise<DownloadPlan>
    locate(plan: DownloadPlan, file: PlannedFile, call: HubCall): Promise<Located>
  }
  settings: () => Settings['downloads']
  modelsFolder: () => string
  /** The built `core/hash-worker.js`; null hashes in this thread. */
  hashWorkerPath: string | null
  /** Whether what an earlier program left under way goes on by itself; a single command fetches only its own. */
  goOn: boolean
  finish: Finish
  /** A file of the library with that hash, to link instead of fetching; null when there is none. */
  findOwnFile(sha256: string): string | null
  /** For the desktop. `progress` is 0 to 1, null when nothing is under way. */
  effects: {
    onProgress(progress: number | null, underWay: number): void
    onDone(download: Download): void
    onFailed(download: Download): void
  }
  newId: () => string
  /** Epoch milliseconds. */
  now: () => number
  /** Milliseconds, monotonic. */
  clock: () => number
  log: Log
  disk?: Disk
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Longest silence of a server; milliseconds. */
  silenceMs?: number
  chunkBytes?: number
}

const TICK_MS = 250
const SILENCE_MS = 30_000

/** Downloads go on where the last program left them; paused ones stay paused. */
export function createDownloads(deps: DownloadsDeps): Downloads {
  const { hubs, settings, now, clock, log, effects } = deps
  const disk = deps.disk ?? realDisk
  const sleep = deps.sleep ?? realSleep
  const store = createDownloadStore(deps.database)
  const hasher = createHasher(deps.hashWorkerPath)
  const limit = createSpeedLimit(() => settings().speedLimit, clock)
  const entries: Entry[] = store.list()
  const underWay = new Map<string, Promise<void>>()

  const runDeps = {
    http: deps.http,
    disk,
    hasher,
    sleep,
    clock,
    now,
    silenceMs: deps.silenceMs ?? SILENCE_MS,
    chunkBytes: deps.chunkBytes,
    underWay,
    finish: deps.finish,
    connections: () => connectionsFor(settings()),
    delay: limit.delay,
    locate: (plan: DownloadPlan, file: PlannedFile, signal: AbortSignal) => hubs.locate(plan, file, { signal }),
    findOwnFiles: (sha256: string) => {
      const own = deps.findOwnFile(sha256)
      return [...(own === null ? [] : [own]), ...fetchedFiles(sha256)]
    },
    assertSpace: (entry: Entry) => assertSpace(disk, entry, entries),
    planAgain: ({ plan: { source } }: Entry, signal: AbortSignal) =>
      hubs.planFor({ hub: source.hub, repo: source.repo, variant: source.variant }, { signal }),
  }

  const list = () =>
    [...entries.filter((entry) => !isFinished(entry)), ...entries.filter(isFinished)].map((entry) =>
      toDownload(entry, scheduler.speedOf(entry)),
    )
  const state = () => summarize(list())
  const topic = createTopic(state, TICK_MS)

  function fetchedFiles(sha256: string): string[] {
    return entries
      .flatMap(filesOf)
      .filter(({ progress }) => progress.state === 'done' && progress.sha256 === sha256)
      .map(({ target }) => target)
  }

  function save(entry: Entry): void {
    try {
      store.save(entry, entries.indexOf(entry))
    } catch (error) {
      // A full disk must not end what frees itself from it; what is lost is the place in the queue.
      log.warn({ error: toErrorInfo(error) }, 'downloads: not saved')
    }
  }
  function told(): void {
    topic.changed()
    const under = entries.filter(isUnderWay)
    effects.onProgress(under.length === 0 ? null : state().progress, under.length)
  }
  function set(entry: Entry, next: Partial<Pick<Entry, 'state' | 'error' | 'waitingUntil'>>): void {
    Object.assign(entry, { waitingUntil: null }, next)
    save(entry)
    told()
  }
  const get = (id: string): Entry => {
    const entry = entries.find((candidate) => candidate.id === id)
    if (entry) return entry
    throw new AppError({ code: 'not_found', message: 'This download is no longer in the list.' })
  }

  /** Under way once, but not in this program. */
  const resting = new Set<Entry>()
  const scheduler = createScheduler({ ...deps, sleep, runDeps, entries, resting, save, set, told })

  async function pause(entry: Entry): Promise<void> {
    if (scheduler.isRunning(entry)) await scheduler.stop(entry, { state: 'paused' })
    else if (isUnderWay(entry)) set(entry, { state: 'paused' })
  }
  function resume(entry: Entry): void {
    resting.delete(entry)
    if (scheduler.isRunning(entry) || isFinished(entry)) return
    scheduler.forgive(entry)
    set(entry, { state: 'queued' })
  }

  function add(plan: DownloadPlan, options: { folder?: string | undefined; first?: boolean }, actor: Actor): Download {
    if (options.folder !== undefined && !isAbsolute(options.folder)) {
      throw new AppError({
        code: 'invalid_input',
        message: `${options.folder} is no whole path.`,
        suggestion: 'Name the folder from the drive on.',
        data: { message: 'The folder is no whole path.', suggestion: 'Name it from the drive on.' },
      })
    }
    const root = options.folder ?? deps.modelsFolder()
    let entry = entries.find((known) => !isFinished(known) && isSame(known, plan, root))
    if (!entry) {
      entry = {
        id: deps.newId(),
        ownerId: actor.ownerId,
        name: plan.name,
        plan,
        root,
        folder: join(root, ...plan.folder.split('/')),
        state: 'queued',
        files: newFiles(plan),
        error: null,
        waitingUntil: null,
        createdAt: now(),
        finishedAt: null,
      }
      entries.push(entry)
    } else if (entry.state === 'paused' || entry.state === 'failed') resume(entry)
    resting.delete(entry)
    if (options.first) reorder(entry, 0)
    else save(entry)
    told()
    scheduler.pump()
    return toDownload(entry, scheduler.speedOf(entry))
  }

  function reorder(entry: Entry, to: number): void {
    const unfinished = entries.filter((other) => other !== entry && !isFinished(other))
    unfinished.splice(to, 0, entry)
    const finished = entries.filter((other) => other !== entry && isFinished(other))
    entries.splice(0, entries.length, ...unfinished, ...finished)
    for (const each of entries) save(each)
  }

  /** Deletes what this download fetched, unless another one has the file at the same place. */
  async function deleteFiles(entry: Entry): Promise<void> {
    const others = new Set(
      entries.filter((other) => other !== entry).flatMap((other) => filesOf(other).map(({ target }) => target)),
    )
    for (const { progress, target } of filesOf(entry)) {
      if (others.has(target)) continue
      await removePart(disk, target)
      if (progress.state === 'done' && progress.fetched) await disk.remove(target)
    }
    for (const { target } of filesOf(entry)) {
      for (const folder of foldersUpTo(dirname(target), entry.root)) {
        if (!(await disk.removeEmptyFolder(folder))) break
      }
    }
  }

  for (const entry of entries) {
    if (!isUnderWay(entry)) continue
    Object.assign(entry, { state: 'queued', waitingUntil: null })
    if (!deps.goOn) resting.add(entry)
  }
  void removeOldParts()
  scheduler.pump()

  async function removeOldParts(): Promise<void> {
    try {
      const known = new Set(
        entries.filter((entry) => !isFinished(entry)).flatMap((entry) => filesOf(entry).map(({ target }) => target)),
      )
      const removed = await removeOrphans(disk, deps.modelsFolder(), known)
      if (removed.length > 0) log.info({ count: removed.length }, 'downloads: parts that nobody fetches any more')
    } catch (error) {
      log.warn({ error: toErrorInfo(error) }, 'downloads: looking for old parts')
    }
  }

  return {
    topic,
    list,
    planOf: (id) => entries.find((entry) => entry.id === id)?.plan,
    add,
    async enqueue(request, actor) {
      const plan = await hubs.planFor(request, {})
      return add(plan, request, actor)
    },
    async pause(id) {
      await pause(get(id))
      scheduler.pump()
    },
    resume(id) {
      resume(get(id))
      scheduler.pump()
    },
    async pauseAll() {
      await Promise.all(entries.map(pause))
    },
    resumeAll() {
      for (const entry of entries) {
        if (entry.state === 'paused' || entry.state === 'waiting' || entry.state === 'failed') resume(entry)
      }
      scheduler.pump()
    },
    async cancel(id) {
      const entry = get(id)
      const letGo = holdPlaces(underWay, entry)
      try {
        if (scheduler.isRunning(entry)) await scheduler.stop(entry, { state: 'paused' })
        entries.splice(entries.indexOf(entry), 1)
        store.remove(id)
        scheduler.forgive(entry)
        if (!isFinished(entry)) {
          await handOver(disk, entry, entries)
          await deleteFiles(entry)
        }
      } finally {
        letGo()
      }
      told()
      scheduler.pump()
    },
    move(id, to) {
      reorder(get(id), to)
      told()
    },
    clearFinished() {
      for (const entry of entries.filter(isFinished)) {
        entries.splice(entries.indexOf(entry), 1)
        store.remove(entry.id)
      }
      told()
    },
    wake: scheduler.wake,
    settingsChanged: scheduler.pump,
    async close() {
      await scheduler.close()
      await hasher.close()
    },
  }
}

/** On a line that is held slow, each of many connections would wait so long that servers give it up. */
function connectionsFor({ connections, speedLimit }: Settings['downloads']): number {
  if (speedLimit === null) return connections
  return Math.max(1, Math.min(connections, Math.floor(speedLimit / 262_144)))
}

function isSame(entry: Entry, plan: DownloadPlan, root: string): boolean {
  const { hub, repo, variant } = plan.source
  const source = entry.plan.source
  return entry.root === root && source.hub === hub && source.repo === repo && source.variant === variant
}
