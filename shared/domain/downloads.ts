import { z } from 'zod'
import { ErrorInfo } from './errors.ts'
import { HubId } from './hubs.ts'

export const DownloadState = z.enum([
  /** Waits for its turn. */
  'queued',
  /** Asks the hub where the files lie. */
  'resolving',
  'downloading',
  /** The person stopped it; everything fetched is kept. */
  'paused',
  /** Goes on by itself at `waitingUntil`: the hub asked for patience, or there is no network. */
  'waiting',
  /** Compares what is on disk with the hub's hash. */
  'verifying',
  /** A throwaway process loads it and lets it write a token. */
  'checking',
  'done',
  'failed',
])
export type DownloadState = z.infer<typeof DownloadState>

export const DownloadFile = z.object({
  path: z.string(),
  sizeBytes: z.number().nullable(),
  /** Bytes that are safely on disk. */
  doneBytes: z.number(),
  state: z.enum(['waiting', 'downloading', 'verifying', 'done', 'failed']),
})
export type DownloadFile = z.infer<typeof DownloadFile>

/** One model on its way to this computer. */
export const Download = z.object({
  id: z.string(),
  /** The name that it will have in the library. */
  name: z.string(),
  title: z.string(),
  hub: HubId,
  repo: z.string(),
  revision: z.string(),
  /** Id of the variant. */
  variant: z.string(),
  state: DownloadState,
  /** Null until the hub has said. */
  totalBytes: z.number().nullable(),
  doneBytes: z.number(),
  /** Mean of the last seconds; 0 while nothing comes. */
  bytesPerSecond: z.number(),
  /** Estimate from the mean; null when it can't be told. */
  secondsLeft: z.number().nullable(),
  files: z.array(DownloadFile),
  /** Where the files will lie. */
  folder: z.string(),
  /** Epoch milliseconds. */
  waitingUntil: z.number().nullable(),
  /** Why it failed or waits. */
  error: ErrorInfo.nullable(),
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
})
export type Download = z.infer<typeof Download>

export const DownloadsState = z.object({
  /** In the order in which they are fetched; finished ones last. */
  downloads: z.array(Download),
  bytesPerSecond: z.number(),
  /** Of everything that is not finished; null when a size is unknown. */
  secondsLeft: z.number().nullable(),
  /** 0 to 1 of everything under way; null when nothing is. */
  progress: z.number().nullable(),
})
export type DownloadsState = z.infer<typeof DownloadsState>

export const DownloadRequest = z.object({
  hub: HubId,
  repo: z.string().min(1).max(300),
  /** Absent: the newest. */
  revision: z.string().max(200).optional(),
  variant: z.string().min(1).max(300),
  /** Absolute; absent: the models' folder. */
  folder: z.string().max(4000).optional(),
  /** Before everything else that waits. */
  first: z.boolean().default(false),
})
export type DownloadRequest = z.infer<typeof DownloadRequest>

/** What a pull by name tells, in the order in which it happens. The last one is `success`. */
export const PullEvent = z.discriminatedUnion('type', [
  /** The hub is asked what the name means. */
  z.object({ type: z.literal('resolving'), name: z.string() }),
  z.object({
    type: z.literal('progress'),
    download: Download,
    /** The file under way: its name or digest, and how far it is. */
    file: z.object({
      path: z.string(),
      sha256: z.string().nullable(),
      sizeBytes: z.number().nullable(),
      doneBytes: z.number(),
    }),
  }),
  z.object({ type: z.literal('verifying') }),
  z.object({ type: z.literal('checking') }),
  z.object({ type: z.literal('waiting'), until: z.number().nullable(), error: ErrorInfo }),
  z.object({ type: z.literal('success'), model: z.string() }),
])
export type PullEvent = z.infer<typeof PullEvent>
