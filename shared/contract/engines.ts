import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { EnginesState, InsightsEvent } from '../domain/engines.ts'
import { GenerationEvent, GenerationRequest } from '../domain/generation.ts'
import { remote } from './base.ts'

export const engines = {
  watch: remote.output(eventIterator(EnginesState)),
  /** Loads a model before it is needed. Resolves when it is ready. */
  load: remote.input(z.object({ model: z.string(), keepAliveSeconds: z.number().optional() })).output(z.void()),
  /** Ends the model's process; what it was answering ends with an error. */
  unload: remote.input(z.object({ model: z.string(), keepAliveSeconds: z.number().optional() })).output(z.void()),
  /** Samples and the last generations: what is kept, then what is new, once a second at most. */
  watchInsights: remote.output(eventIterator(InsightsEvent)),
  /** Measures and tries a model now. Resolves when it is done or was cancelled by `cancelTuning` or another request. */
  tune: remote.input(z.object({ model: z.string() })).output(z.void()),
  cancelTuning: remote.input(z.object({ model: z.string() })).output(z.void()),
  /** Lets a model that was put aside be loaded again. */
  release: remote.input(z.object({ model: z.string() })).output(z.void()),
  /** Erases all kept states of conversations. */
  forgetStates: remote.output(z.void()),
  /** One model turn without a chat, for the command line. Closing the iterator stops it. */
  generate: remote
    .input(GenerationRequest.omit({ actor: true, priority: true }))
    .output(eventIterator(GenerationEvent)),
}
