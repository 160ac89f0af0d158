import { nanoid } from 'nanoid'
import { z } from 'zod'
import type { FinishEvent, GenerationEvent, GenerationInput, TokenLogprob } from '../../../shared/domain/generation.ts'
import { createEventQueue } from '../../lib/event-queue.ts'
import { answer, type AnswerParts } from '../answering/answer.ts'
import { keepAliveField, keepAliveOf } from '../answering/keep-alive.ts'
import { findChatModel } from '../answering/models.ts'
import { fieldsOf, parse, required, unsupported, wrong } from '../answering/parameters.ts'
import { stopField, stopsOf } from '../answering/stop.ts'
import { EVENT_STREAM, serverSentEvent } from '../answering/text-stream.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { readJson } from '../guard/body.ts'
import type { FurtherFields } from './chat-completions.ts'
import { toFinishReason, toUsage } from './chat-frames.ts'
import { formFields, formNameOf, toConstraint } from './chat-form.ts'
import { samplingFields, toSampling } from './chat-sampling.ts'
import { DONE, failedStream } from './frames.ts'

const MOST_PROMPTS = 128
/** Of all prompts together: more would only fill the queue. */
const MOST_ANSWERS = 128
/** What this API answers with where nothing else is said. */
const USUAL_TOKENS = 16
const tokens = z.array(z.int().min(0).max(0x7fffffff)).min(1)

export const Body = z.object({
  model: z.string().min(1),
  prompt: z.union(
    [z.string(), tokens, z.array(z.string()).min(1).max(MOST_PROMPTS), z.array(tokens).min(1).max(MOST_PROMPTS)],
    {
      error: `must be a text or tokens, or an array of at most ${MOST_PROMPTS} of them`,
    },
  ),
  suffix: z.string().optional(),
  n: z.int().min(1).max(128).optional(),
  best_of: z.int().min(1).optional(),
  max_tokens: z.int().min(0).optional(),
  echo: z.boolean().optional(),
  logprobs: z.int().min(0).max(20).optional(),
  stream: z.boolean().optional(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).optional(),
  stop: stopField.optional(),
  keep_alive: keepAliveField.optional(),
  ...samplingFields,
  grammar: formFields.grammar,
  json_schema: formFields.json_schema,
  response_format: formFields.response_format,
})

/** `POST /v1/completions`: text that goes on, for each of the prompts. */
export function textCompletions(
  parts: AnswerParts & { deps: Pick<ServerDeps, 'clock'> },
  more?: FurtherFields,
): ServerHandler {
  const { deps } = parts
  return async (c) => {
    const present = fieldsOf(await readJson(c.req.raw))
    if (present['prompt'] === undefined) throw required('prompt')
    const endless = present['max_tokens'] === -1
    if (endless) delete present['max_tokens']
    const body = parse(Body, present)
    const choices = body.n ?? 1
    if (body.best_of !== undefined && body.best_of !== choices) {
      throw unsupported('best_of', 'Choosing the best of several answers', 'Ask for all of them with `n`.')
    }
    if (body.max_tokens === 0 && body.echo !== true) throw wrong('max_tokens', 'it must be at least 1')
    c.get('record').setModel(body.model)
    const model = findChatModel(c, body.model)
    const inputs = toInputs(body.prompt, body.suffix)
    const constraint = toConstraint(body)
    const generation = {
      model: model.name,
      choices,
      sampling: toSampling(body),
      ...(endless ? {} : { maxTokens: Math.max(1, body.max_tokens ?? USUAL_TOKENS) }),
      stop: stopsOf(body.stop),
      ...(constraint.kind === 'none' ? {} : { constraint }),
      ...(body.logprobs === undefined ? {} : { logprobs: { top: body.logprobs } }),
      echo: body.echo ?? false,
      ...keepAliveOf(body.keep_alive),
      truncate: false,
    }
    const all = inputs.length * choices
    if (all > MOST_ANSWERS) {
      throw wrong('n', `${inputs.length} prompts with ${choices} answers each are more than ${MOST_ANSWERS} answers`)
    }
    const merged: AnswerParts['deps'] = {
      log: deps.log,
      generate: (request, signal) =>
        together(
          inputs.map((input) => deps.generate({ ...request, choices, input }, signal)),
          choices,
        ),
    }
    const head = { id: `cmpl-${nanoid()}`, created: Math.floor(deps.clock() / 1000), model: body.model }
    const further = (event: FinishEvent) => more?.(event, model) ?? {}
    const form = toForm(head, body.stream ?? false, body.stream_options?.include_usage ?? false, further)
    const [input = { kind: 'prompt' as const, prompt: '' }] = inputs
    const each = inputs.map((one) => ({ input: one, choices }))
    return answer(
      c,
      { ...parts, deps: merged },
      {
        generation: { ...generation, input, choices: all },
        parts: each,
        form,
        names: { input: 'prompt', form: formNameOf(body) },
      },
    )
  }
}

function toInputs(prompt: z.infer<typeof Body>['prompt'], suffix: string | undefined): GenerationInput[] {
  const isTokens = Array.isArray(prompt) && typeof prompt[0] === 'number'
  // An array of numbers alone is one prompt; the schema allows no mixture.
  const prompts = (Array.isArray(prompt) && !isTokens ? prompt : [prompt]) as (string | number[])[]
  return prompts.map((one): GenerationInput => {
    if (suffix !== undefined && suffix !== '') {
      if (typeof one !== 'string') throw wrong('suffix', 'it needs a prompt that is a text')
      return { kind: 'infill', prefix: one, suffix }
    }
    return typeof one === 'string' ? { kind: 'prompt', prompt: one } : { kind: 'tokens', tokens: one }
  })
}

/** Generations at the same time as one whose choices are numbered through. */
async function* together(
  sources: AsyncIterable<GenerationEvent>[],
  choices: number,
): AsyncGenerator<GenerationEvent, void, void> {
  const queue = createEventQueue<GenerationEvent>()
  const iterators = sources.map((source) => source[Symbol.asyncIterator]())
  const pump = async (iterator: AsyncIterator<GenerationEvent>, from: number) => {
    for (let result = await iterator.next(); !result.done; result = await iterator.next()) {
      queue.push({ ...result.value, choice: from + result.value.choice })
    }
  }
  const pumps = Promise.all(iterators.map((iterator, index) => pump(iterator, index * choices)))
  pumps.catch(() => {}).finally(() => queue.end())
  try {
    yield* queue
    await pumps
  } finally {
    await Promise.all(iterators.map(async (iterator) => iterator.return?.()))
  }
}

interface Head {
  id: string
  created: number
  model: string
}

function toForm(head: Head, stream: boolean, includeUsage: boolean, more: (event: FinishEvent) => object) {
  const finished: FinishEvent[] = []
  const usage = () => toUsage(finished.map((event) => event.usage))
  const object = (choices: object[], more: object = {}) => ({
    id: head.id,
    object: 'text_completion',
    created: head.created,
    model: head.model,
    choices,
    ...more,
  })
  const offsets = new Map<number, number>()
  const choiceOf = (index: number, text: string, all: readonly TokenLogprob[] | undefined, reason: string | null) => ({
    index,
    text,
    logprobs: all === undefined ? null : toLogprobs(all, offsets, index),
    finish_reason: reason,
  })

  if (stream) {
    const frame = (choice: object, further: object = {}) =>
      serverSentEvent(JSON.stringify(object([choice], { ...(includeUsage ? { usage: null } : {}), ...further })))
    const form = {
      format: EVENT_STREAM,
      texts(event: GenerationEvent): string[] {
        if (event.type === 'text') return [frame(choiceOf(event.choice, event.text, event.logprobs, null))]
        if (event.type !== 'finish') return []
        finished.push(event)
        return [frame(choiceOf(event.choice, '', undefined, toFinishReason(event.reason)), more(event))]
      },
      last: () => [...(includeUsage ? [serverSentEvent(JSON.stringify(object([], { usage: usage() })))] : []), DONE],
      failed: failedStream,
    }
    return { stream: form }
  }

  const written = new Map<number, { text: string; logprobs: TokenLogprob[] | undefined }>()
  const form = {
    add(event: GenerationEvent) {
      if (event.type === 'text') {
        const { text, logprobs } = written.get(event.choice) ?? { text: '', logprobs: undefined }
        const more = event.logprobs === undefined ? logprobs : [...(logprobs ?? []), ...event.logprobs]
        written.set(event.choice, { text: text + event.text, logprobs: more })
      } else if (event.type === 'finish') finished.push(event)
    },
    result: () =>
      object(
        finished
          .toSorted((a, b) => a.choice - b.choice)
          .map(({ choice, reason }) => {
            const { text = '', logprobs } = written.get(choice) ?? {}
            return choiceOf(choice, text, logprobs, toFinishReason(reason))
          }),
        { usage: usage(), ...finished.map(more)[0] },
      ),
  }
  return { whole: form }
}

/** Probabilities in the older form of this API: columns, with where in the text each token begins. */
function toLogprobs(all: readonly TokenLogprob[], offsets: Map<number, number>, choice: number): object {
  let offset = offsets.get(choice) ?? 0
  const text_offset = all.map(({ token }) => {
    const at = offset
    offset += token.length
    return at
  })
  offsets.set(choice, offset)
  return {
    tokens: all.map(({ token }) => token),
    token_logprobs: all.map(({ logprob }) => logprob),
    top_logprobs: all.map(({ top }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))),
    text_offset,
  }
}
