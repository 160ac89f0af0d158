import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Model } from '../domain/models.ts'
import { localOnly, remote } from './base.ts'

export const models = {
  watch: remote.output(eventIterator(z.array(Model))),
  list: remote.output(z.array(Model)),
  /** Adds a GGUF where it lies; nothing is copied. */
  add: localOnly.input(z.object({ path: z.string().min(1) })).output(Model),
  /** Opens the file dialog of the app; null when the person closes it. */
  pickAndAdd: localOnly.output(Model.nullable()),
  /** Forgets a model that was added; its file stays where it is. */
  remove: localOnly.input(z.object({ name: z.string() })).output(z.void()),
  reveal: localOnly.input(z.object({ name: z.string() })).output(z.void()),
}
