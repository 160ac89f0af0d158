import type { Actor } from '../../shared/domain/actor.ts'
import type { Download, PullEvent } from '../../shared/domain/downloads.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { DownloadPlan, HubCall } from '../hubs/hub.ts'
import type { Downloads } from './downloads.ts'

/** Fetches a model by the name that people type, and tells how far it is; the last event is `success`. */
export type Pull = (name: string, actor: Actor, signal?: AbortSignal) => AsyncGenerator<PullEvent, void, void>

export interface PullDeps {
  hubs: { planByName(name: string, call: HubCall): Promise<DownloadPlan> }
  downloads: Pick<Downloads, 'topic' | 'add' | 'planOf'>
  /** A model of the library, with what is wrong with its files. */
  findModel(name: string): { name: string; problem: unknown } | undefined
}

/**
 * The one way to fetch by name, for window, HTTP and command line. A name that is here and whole is a success at once.
 * Closing the iterator leaves the download running.
 *
 * @throws AppError as the hub's `plan` and as downloads fail; `cancelled` when someone cancels it
 */
export function createPull({ hubs, downloads, findModel }: PullDeps): Pull {
  const here = (name: string) => {
    const model = findModel(name)
    return model && !model.problem ? model.name : null
  }
  return async function* pull(name, actor, signal) {
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
    const { id } = downloads.add(plan, {}, actor)
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
  }
}

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
