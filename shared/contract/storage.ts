import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Model } from '../domain/models.ts'
import { EqualFiles, FoundModel, OneCopy, StorageState, WorkProgress } from '../domain/storage.ts'
import { localOnly, remote } from './base.ts'

export const storage = {
  usage: remote.output(StorageState),
  /** Frees one thing of `freeable`, named by its path. Models and files go to the trash. */
  free: localOnly.input(z.object({ path: z.string() })).output(StorageState),
  /** Models that other programs have, and those under `folder`. */
  findOthers: localOnly.input(z.object({ folder: z.string().nullable() })).output(z.array(FoundModel)),
  /** Puts found files into the library where they lie. */
  useInPlace: localOnly.input(z.object({ paths: z.array(z.string()).max(5000) })).output(z.array(Model)),
  /** Files with equal bytes; hashes what was not hashed yet. The last value has the answer. */
  findEqual: localOnly.output(eventIterator(z.union([WorkProgress, z.object({ equal: z.array(EqualFiles) })]))),
  /** Lets equal files share one copy. `touchOthers` is the person's clear yes to links in another program's folder. */
  makeOneCopy: localOnly.input(z.object({ sha256: z.string(), touchOthers: z.boolean() })).output(OneCopy),
  undoOneCopy: localOnly.input(z.object({ undoId: z.string() })).output(z.void()),
  /** Writes a model with everything that belongs to it: a folder, or one `.hearth` file (a tar). */
  exportModel: localOnly
    .input(z.object({ name: z.string(), target: z.string(), as: z.enum(['folder', 'file']) }))
    .output(eventIterator(WorkProgress)),
  /** Reads such a folder or file; every byte is compared before the model appears. The last value has the model. */
  importModel: localOnly
    .input(z.object({ source: z.string() }))
    .output(eventIterator(z.union([WorkProgress, z.object({ model: Model })]))),
  /** Dialogs of the app; null when the person closes them. */
  pickExportTarget: localOnly
    .input(z.object({ name: z.string(), as: z.enum(['folder', 'file']) }))
    .output(z.string().nullable()),
  pickImportSource: localOnly.input(z.object({ as: z.enum(['folder', 'file']) })).output(z.string().nullable()),
}
