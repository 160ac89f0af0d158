import type { Actor } from '../../shared/domain/actor.ts'
import type { Download, PullEvent } from '../../shared/domain/downloads.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { DownloadPlan, HubCall } from '../hubs/hub.ts'
import type { Downloads } from './downloads.ts'

/** What becomes of a download that a pull began when nobody follows it any more. */
export type WhenLeft = 'goOn' | 'rest'

/**
 * Fetches a model by the name that people type, and tells how far it is; the last event is `success`.
 *
 * @param whenLeft by default the download goes on
 */
export type Pull = (
  name: string,
  actor: Actor,
  signal?: AbortSignal,
  whenLeft?: WhenLeft,
) => AsyncGenerator<PullEvent, void, void>

export interface PullDeps {
  hubs: { planByName(name: string, call: HubCall): Promise<DownloadPlan> }
  downloads: Pick<Downloads, 'topic' | 'list' | 'add' | 'pause' | 'planOf'>
  /** A model of the library, with what is wrong with its files. */
  findModel(name: string): { name: string; problem: unknown } | undefined
}

/**
 * The one way to fetch by name, for window, HTTP and command line. A name that is here and whole is a success at once.
 * Whoever stops reading, or aborts the signal, leaves. A download that is to rest then is paused when the last one has
 * left, unless someone else asked for it too, or the program is about to end.
 *
 * @throws AppError as the hub's `plan` and as downloads fail; `cancelled` when someone cancels it
 */
export function createPull({ hubs, downloads, findModel }: PullDeps): Pull {
  const here = (name: string) => {
    const model = findModel(name)
    return model && !model.problem ? model.name : null
  }
  /** How many follow each download that is to rest without them. */
  const followers = new Map<string, number>()
  const pausing = new Set<Promise<void>>()
  const underWay = () => new Set(downloads.list().flatMap(({ id, state }) => (RESTING.has(state) ? [] : [id])))

  /**
   * @param before what was under way before the pull
   * @returns whether it is to rest without its followers
   */
  function follow(id: string, whenLeft: WhenLeft, before: ReadonlySet<string>): boolean {
    const count = followers.get(id)
    if (whenLeft === 'goOn') followers.delete(id)
    if (whenLeft === 'goOn' || (count === undefined && before.has(id))) return false
    followers.set(id, (count ?? 0) + 1)
    return true
  }
  async function leave(id: string): Promise<void> {
    const left = (followers.get(id) ?? 0) - 1
    if (left > 0) followers.set(id, left)
    if (left !== 0) return
    followers.delete(id)
    if (!underWay().has(id)) return
    const paused = downloads.pause(id).finally(() => pausing.delete(paused))
    pausing.add(paused)
    await paused
  }

  return async function* pull(name, actor, signal, whenLeft = 'goOn') {
    const known = here(name)
    if (known !== null) {
      yield { type: 'success', model: known }
      return
    }
    yield { type: 'resolving', name }
    const plan = await hubs.planByName(name, { signal })
    const planned = here(plan.name)
    if (planned !== null) {
      yield { type: 'success', model: planned }
      return
    }
    // One that is just being paused would not be taken up again.
    await Promise.allSettled(pausing)
    const before = underWay()
    const { id } = downloads.add(plan, {}, actor)
    const rests = follow(id, whenLeft, before)
    try {
      yield* followed(id, name, signal)
    } finally {
      // A program that ends goes on at its next start.
      const isEnding = signal?.reason instanceof AppError
      if (rests && !isEnding) await leave(id)
    }
  }

  async function* followed(
    id: string,
    name: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<PullEvent, void, void> {
    /** What was told last, so that a state is told once and progress whenever it changes. */
    let last = ''
    for await (const { downloads: all } of downloads.topic.watch(signal)) {
      const download = all.find((candidate) => candidate.id === id)
      if (!download) throw new AppError({ code: 'cancelled', message: `The download of ${name} was cancelled.` })
      const event = describe(download, downloads.planOf(id))
      const key = JSON.stringify(event)
      if (event && key !== last) yield event
      last = key
      if (event?.type === 'success') return
    }
    signal?.throwIfAborted()
  }
}

/** States out of which a pull takes a download. */
const RESTING: ReadonlySet<Download['state']> = new Set<Download['state']>(['paused', 'failed', 'done'])

/** Null when there is nothing to tell. */
function describe(download: Download, plan: DownloadPlan | undefined): PullEvent | null {
  const { error } = download
  switch (download.state) {
    case 'failed':
      throw failure(download)
    case 'paused':
      // The person paused it in the window: it may go on any moment. The hub refused it: it will not by itself.
      if (error) throw failure(download)
      return null
    case 'waiting':
      if (error?.code === 'disk_full') throw failure(download)
      return error ? { type: 'waiting', until: download.waitingUntil, error } : null
    case 'verifying':
      return { type: 'verifying' }
    case 'checking':
      return { type: 'checking' }
    case 'done':
      return { type: 'success', model: download.name }
    case 'queued':
    case 'resolving':
    case 'downloading': {
      const file = download.files.find(({ state }) => state !== 'done') ?? download.files.at(-1)
      if (!file) return null
      const sha256 = plan?.files.find(({ path }) => path === file.path)?.sha256 ?? null
      return {
        type: 'progress',
        download,
        file: { path: file.path, sha256, sizeBytes: file.sizeBytes, doneBytes: file.doneBytes },
      }
    }
  }
}

function failure({ error, name }: Download): AppError {
  return new AppError(error ?? { code: 'internal', message: `The download of ${name} failed.` })
}
