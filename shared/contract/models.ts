import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { FitAnswer, FitRequest } from '../domain/fit.ts'
import { Model, Modelfile, ModelfileProblem, ModelPatch, ModelUpdate } from '../domain/models.ts'
import { WorkProgress } from '../domain/storage.ts'
import { localOnly, remote } from './base.ts'

const Named = z.object({ name: z.string().min(1).max(400) })

export const models = {
  watch: remote.output(eventIterator(z.array(Model))),
  list: remote.output(z.array(Model)),
  /** One model, with what is found out only when asked: its Modelfile as text. */
  show: remote.input(Named).output(z.object({ model: Model, modelfile: z.string() })),
  /** Adds a GGUF where it lies; nothing is copied. */
  add: localOnly.input(z.object({ path: z.string().min(1) })).output(Model),
  /** Opens the file dialog of the app; null when the person closes it. */
  pickAndAdd: localOnly.output(Model.nullable()),
  /** Takes a model out of the library; its own files go to the trash. The id brings it back for a while. */
  remove: localOnly.input(Named).output(z.object({ undoId: z.string() })),
  restore: localOnly.input(z.object({ undoId: z.string() })).output(Model),
  reveal: localOnly.input(Named).output(z.void()),
  rename: remote.input(Named.extend({ to: z.string().min(1).max(200) })).output(Model),
  /** A second name for the same weights, with settings of its own. */
  duplicate: remote.input(Named.extend({ to: z.string().min(1).max(200) })).output(Model),
  update: remote.input(Named.extend({ patch: ModelPatch })).output(Model),
  /** Text of a conversation as a template makes it, for the editor's preview. */
  previewTemplate: remote
    .input(
      Named.extend({ template: z.string().max(1_000_000).nullable(), system: z.string().max(1_000_000).nullable() }),
    )
    .output(z.object({ text: z.string(), tokens: z.int().nullable() })),
  /** Reads every file again and compares it with its hash; the model's `check` holds the outcome. */
  verify: remote.input(Named).output(eventIterator(WorkProgress)),
  /** Tries the model in a throwaway process. */
  check: remote.input(Named).output(Model),
  /** Asks the hubs whether there is something newer. */
  updates: remote.input(z.object({ names: z.array(z.string()).max(5000) })).output(z.array(ModelUpdate)),
  fit: remote.input(FitRequest).output(FitAnswer),
  /** Reads a Modelfile; what is wrong with it is told with its place. */
  parseModelfile: remote
    .input(z.object({ text: z.string().max(5_000_000) }))
    .output(z.object({ modelfile: Modelfile.nullable(), problems: z.array(ModelfileProblem) })),
  /** The text of a Modelfile that says this. */
  writeModelfile: remote.input(z.object({ modelfile: Modelfile })).output(z.object({ text: z.string() })),
  /** Makes a model of a Modelfile; it shares the weights of what it is made from. Paths count from `folder`. */
  create: localOnly
    .input(
      z.object({
        name: z.string().min(1).max(200),
        modelfile: z.string().max(5_000_000),
        folder: z.string().nullable(),
      }),
    )
    .output(Model),
}
