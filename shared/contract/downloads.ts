import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Download, DownloadRequest, DownloadsState, PullEvent } from '../domain/downloads.ts'
import { localOnly, remote } from './base.ts'

const ById = z.object({ id: z.string() })

export const downloads = {
  /** Everything at once, then again after changes, four times a second at most. */
  watch: remote.output(eventIterator(DownloadsState)),
  /** What is fetched already is not fetched twice: the same request gives the same download. */
  enqueue: remote.input(DownloadRequest).output(Download),
  /** Fetches a model by the name that people type, and tells how far it is. Closing the iterator leaves it running. */
  pull: remote.input(z.object({ name: z.string().min(1).max(400) })).output(eventIterator(PullEvent)),
  pause: remote.input(ById).output(z.void()),
  /** Goes on with one that is paused, waits or failed. */
  resume: remote.input(ById).output(z.void()),
  pauseAll: remote.output(z.void()),
  resumeAll: remote.output(z.void()),
  /** Ends it and deletes what was fetched. */
  cancel: remote.input(ById).output(z.void()),
  /** Puts it at a place of the queue; 0 is the first. */
  move: remote.input(ById.extend({ to: z.int().min(0) })).output(z.void()),
  /** Takes finished ones off the list. */
  clearFinished: remote.output(z.void()),
  /** Opens the folder dialog of the app; null when the person closes it. */
  pickFolder: localOnly.output(z.string().nullable()),
}
