import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { EnginesState } from '../domain/engines.ts'
import { GenerationEvent, GenerationRequest } from '../domain/generation.ts'
import { remote } from './base.ts'

export const engines = {
  watch: remote.output(eventIterator(EnginesState)),
  /** Loads a model before it is needed. Resolves when it is ready. */
  load: remote.input(z.object({ model: z.string() })).output(z.void()),
  /** Ends the model's process; what it was answering ends with an error. */
  unload: remote.input(z.object({ model: z.string() })).output(z.void()),
  /** One model turn without a chat, for the command line. Closing the iterator stops it. */
  generate: remote
    .input(GenerationRequest.omit({ actor: true, priority: true }))
    .output(eventIterator(GenerationEvent)),
}
