import type { LlamaModel, Token } from 'node-llama-cpp'
import type { EngineAbilities, Heartbeat, LoadOptions } from '../shared/process/engine.ts'
import { canEmbed } from './embed.ts'
import type { GenerationContext } from './generate.ts'
import type { LoadedModel } from './load.ts'
import { nativeContext } from './native-context.ts'
import { reportLogprobs } from './output/logprobs/report.ts'
import { PrefillPace } from './pace.ts'
import { canRerank } from './rerank.ts'
import { createScheduler } from './scheduler.ts'
import { internalsOf } from './sequence-internals.ts'
import { SequenceSlot } from './sequence-slot.ts'
import { createSharedPrefixes } from './shared-prefix.ts'
import { openKeptStates } from './states/open-kept-states.ts'
import { createPrefixCache } from './states/prefix-cache.ts'
import { createSteps, prefillBudget } from './steps.ts'
import { createRequestTemplates, type RequestTemplates } from './templates/request-templates.ts'
import { createChatTemplate, type ChatTemplate } from './templates/template.ts'
import { warmUp } from './warm-up.ts'

/** A text of more characters for each token of the context than this does not fit into it. */
const charactersOfToken = 16

/** What writes answers. */
export interface Writer extends GenerationContext {
  readonly template: ChatTemplate
  /** Those that requests bring along. */
  readonly requestTemplates: RequestTemplates
  readonly slots: readonly SequenceSlot[]
}

/** A model that can be asked. */
export interface Ready {
  readonly model: LlamaModel
  readonly options: LoadOptions
  /** Null for a model that makes vectors or scores only. */
  readonly writer: Writer | null
  readonly abilities: EngineAbilities
}

/** Makes everything that requests need of a model that was just read, and computes a few tokens with it. */
export async function prepareToAnswer(loaded: LoadedModel, options: LoadOptions): Promise<Ready> {
  const { model, decoding } = loaded
  const writer = decoding === null ? null : await createWriter(loaded, decoding, options)
  return {
    model,
    options,
    writer,
    abilities: {
      chat: writer !== null,
      embed: canEmbed(model),
      rerank: canRerank(model),
      infill: writer !== null && model.tokens.infill.prefix !== null && model.tokens.infill.suffix !== null,
      tools: writer?.template.knowsTools ?? false,
      reasoning: writer?.template.mayReason ?? false,
    },
  }
}

async function createWriter(
  loaded: LoadedModel,
  { context, queue }: NonNullable<LoadedModel['decoding']>,
  options: LoadOptions,
): Promise<Writer> {
  const { model, inFlight, threads, contextLength, draft } = loaded
  // Guesses are for one sequence; where several are answered in a step they cost more than they save.
  const guessing =
    draft !== null && context.totalSequences === 1 ? { tokenPredictor: draft.createTokenPredictor() } : {}
  const slots = Array.from({ length: context.totalSequences }, () => new SequenceSlot(context.getSequence(guessing)))
  const [first] = slots
  if (first !== undefined) await warmUp(first.sequence, threads)
  reportLogprobs(context)
  const native = nativeContext(context)
  const wholeOnly = first?.sequence.needsCheckpoints ?? false
  const cache = createPrefixCache(queue, await openKeptStates(options.stateCache, native), wholeOnly)
  const steps = createSteps(
    { inFlight, threads, pace: new PrefillPace(context.batchSize) },
    prefillBudget(native !== null),
  )
  return {
    template: await createChatTemplate(model, options.template),
    requestTemplates: createRequestTemplates((text) =>
      createChatTemplate(model, { language: 'go', text }, contextLength * charactersOfToken),
    ),
    slots,
    contextLength,
    inFlight,
    queue,
    cache,
    steps,
    abortStep: (sequence) => {
      if (steps.isLong && queue.abort(internalsOf(sequence)._sequenceId)) steps.abandon()
    },
    scheduler: createScheduler<Token, SequenceSlot>(slots, (slot) => cache.isDear(slot)),
    shared: createSharedPrefixes<SequenceSlot>((slot, tokens) => cache.keep(slot, tokens), wholeOnly),
  }
}

/** How a model is, told each second. */
export function heartbeatOf(writer: Writer | null, steps: number): Heartbeat {
  return {
    residentBytes: process.memoryUsage.rss(),
    slots: (writer?.scheduler.occupations ?? []).map(({ slot, ticket }) => ({
      state: ticket === null ? 'idle' : slot.activity,
      tokens: slot.length,
      priority: ticket?.priority ?? null,
      owner: ticket?.owner ?? null,
    })),
    stepMs: writer?.steps.decodeMs ?? null,
    steps: steps + (writer?.steps.count ?? 0),
    stateMemoryBytes: writer?.cache.memoryBytes ?? 0,
    stateDiskBytes: writer?.cache.diskBytes ?? 0,
  }
}
