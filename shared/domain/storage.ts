import { z } from 'zod'

/** What Hearth's files take on the disk, in bytes, and what could be freed. */
export const StorageState = z.object({
  drives: z.array(
    z.object({
      /** A folder of ours on it. */
      path: z.string(),
      totalBytes: z.number(),
      freeBytes: z.number(),
      models: z.number(),
    }),
  ),
  /** Files of models that are Hearth's own; equal files counted once. */
  models: z.number(),
  /** Files of models that belong to others. */
  usedInPlace: z.number(),
  /** Downloads that are not finished. */
  partial: z.number(),
  /** Deleted models that can still be brought back. */
  removed: z.number(),
  chats: z.number(),
  backups: z.number(),
  logs: z.number(),
  freeable: z.array(
    z.object({
      kind: z.enum(['partial', 'removed', 'orphan', 'unused', 'duplicate', 'backups']),
      /** What it is: a model's name, a file's path. */
      name: z.string(),
      path: z.string(),
      bytes: z.number(),
      lastUsedAt: z.number().nullable(),
    }),
  ),
})
export type StorageState = z.infer<typeof StorageState>

export const OtherApp = z.enum(['ollama', 'lmstudio', 'jan', 'gpt4all', 'huggingface', 'folder'])
export type OtherApp = z.infer<typeof OtherApp>

/** A model file that another program has. */
export const FoundModel = z.object({
  app: OtherApp,
  /** As that program names it. */
  name: z.string(),
  path: z.string(),
  sizeBytes: z.number(),
  /** Where the program's own records say it; lower-case hex. */
  sha256: z.string().nullable(),
  /** Already in the library. */
  known: z.boolean(),
})
export type FoundModel = z.infer<typeof FoundModel>

/** Files with the same bytes. */
export const EqualFiles = z.object({
  sha256: z.string(),
  sizeBytes: z.number(),
  /** Each with its owner; `hearth` are our own. */
  files: z.array(z.object({ path: z.string(), owner: z.union([OtherApp, z.literal('hearth')]), shared: z.boolean() })),
  /** What one copy would give back. */
  regainBytes: z.number(),
  /** Files that would be replaced by links belong to another program: it must be asked for aloud. */
  touchesOthers: z.boolean(),
})
export type EqualFiles = z.infer<typeof EqualFiles>

/** What making one copy did, and the way back. */
export const OneCopy = z.object({
  undoId: z.string(),
  regainedBytes: z.number(),
  how: z.enum(['reflink', 'hardLink']),
  files: z.array(z.string()),
})
export type OneCopy = z.infer<typeof OneCopy>

/** How far a long piece of work on files is. */
export const WorkProgress = z.object({ doneBytes: z.number(), totalBytes: z.number() })
export type WorkProgress = z.infer<typeof WorkProgress>
