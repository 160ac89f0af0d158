import { join } from 'node:path'
import type { Llama, LlamaContext, LlamaModel, Token } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCpuLlama } from '../cpu-llama.ts'
import type { EngineRequest } from '../../shared/process/engine.ts'
import type { Piece } from './answer.ts'
import { createAnswerForm } from './answer-form.ts'
import { reportLogprobs } from './logprobs/report.ts'

let llama: Llama
let model: LlamaModel
let context: LlamaContext

beforeAll(async () => {
  llama = await startCpuLlama()
  model = await llama.loadModel({
    modelPath: join(import.meta.dirname, '../../resources/models/SmolLM2-135M-Instruct-Q4_1.gguf'),
  })
  context = await model.createContext({ contextSize: 2048, sequences: 1, batchSize: 512, threads: 1 })
  reportLogprobs(context)
}, 300_000)
afterAll(async () => {
  await context.dispose()
  await model.dispose()
  await llama.dispose()
})

const template = { source: null, canSkipReasoning: false, mayReason: false, knowsTools: false }
const usual: Omit<EngineRequest, 'input'> = {
  seed: 1,
  sampling: { temperature: 1 },
  stop: [],
  constraint: { kind: 'none' },
  tools: [],
  toolChoice: 'auto',
  parallelToolCalls: true,
  reasoning: { mode: 'auto' },
  echo: false,
  truncate: false,
}

async function answer(request: Partial<EngineRequest> & { ask?: string; thinking?: boolean }, most = 200) {
  const input: EngineRequest['input'] = request.input ?? {
    kind: 'messages',
    messages: [{ role: 'user', content: request.ask ?? 'Tell me something.' }],
  }
  const knows = request.thinking === true ? { ...template, mayReason: true } : template
  const form = createAnswerForm(model, knows, { ...usual, ...request, input }, { toolStyle: null })
  const opening = '<|im_start|>assistant\n'
  const made = form.prompted.input
  const text =
    made.kind === 'messages'
      ? made.messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`).join('') + opening
      : made.kind === 'prompt'
        ? made.prompt
        : ''
  const tokens = model.tokenize(text, true)
  const following = form.begin({ tokens, opening: made.kind === 'messages' ? opening : '', text })
  const sequence = context.getSequence()
  const pieces: Piece[] = []
  const chosen: Token[] = []
  let reason: string = 'length'
  try {
    const stream = sequence.evaluateWithMetadata(tokens, following.metadata, following.options)
    let replace: Token[] | undefined
    for (let count = 0; count < most; count++) {
      const step = await (replace === undefined ? stream.next() : stream.next(replace))
      if (step.done === true) {
        const end = following.end('stop')
        pieces.push(...end.pieces)
        reason = end.reason
        break
      }
      chosen.push(step.value.token)
      const pushed = following.push(step.value)
      expect(pushed.pieces.length).toBeGreaterThan(0)
      pieces.push(...pushed.pieces)
      replace = pushed.replace
      if (pushed.ended !== null) {
        reason = pushed.ended
        break
      }
      if (count === most - 1) pieces.push(...following.end('length').pieces)
    }
    await stream.return(undefined)
  } finally {
    await sequence.dispose()
  }
  const said = pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('')
  const thought = pieces.map((piece) => (piece.kind === 'reasoning' ? piece.text : '')).join('')
  const calls: { id: string; name: string; arguments: string }[] = []
  for (const piece of pieces) {
    if (piece.kind !== 'toolCall') continue
    const call = (calls[piece.index] ??= { id: piece.callId, name: piece.name ?? '', arguments: '' })
    call.arguments += piece.argumentsDelta ?? ''
  }
  const logprobs = pieces.flatMap((piece) => (piece.kind === 'text' ? (piece.logprobs ?? []) : []))
  return { said, thought, calls, logprobs, reason, chosen, reasoningTokens: following.reasoningTokens }
}

describe('an answer that must be JSON', () => {
  const schemas: [object, (value: never) => boolean][] = [
    [
      {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 20 },
          age: { type: 'integer', minimum: 18, maximum: 99 },
          colours: { type: 'array', items: { enum: ['red', 'green', 'blue'] }, minItems: 1, maxItems: 3 },
        },
        required: ['name', 'age', 'colours'],
        additionalProperties: false,
      },
      (v: { name: string; age: number; colours: string[] }) =>
        v.name.length > 0 &&
        [...v.name].length <= 20 &&
        v.age >= 18 &&
        v.age <= 99 &&
        v.colours.length <= 3 &&
        v.colours.length > 0,
    ],
    [
      {
        type: 'object',
        properties: { day: { type: 'string', format: 'date' }, sure: { type: 'boolean' } },
        required: ['day', 'sure'],
      },
      (v: { day: string; sure: boolean }) => !Number.isNaN(Date.parse(v.day)) && typeof v.sure === 'boolean',
    ],
    [
      {
        type: 'object',
        properties: {
          share: { type: 'number', minimum: 0, maximum: 1 },
          code: { type: 'string', pattern: '^[A-Z]{3}-\\d{2}$' },
        },
        required: ['share', 'code'],
      },
      (v: { share: number; code: string }) => v.share >= 0 && v.share <= 1 && /^[A-Z]{3}-\d{2}$/.test(v.code),
    ],
  ]

  it('holds to its schema at any seed, and ends with it', async () => {
    for (const [schema, holds] of schemas) {
      for (const seed of [1, 2, 3]) {
        const { said, reason } = await answer({
          ask: 'Describe a person as JSON.',
          constraint: { kind: 'schema', schema },
          seed,
        })
        expect(reason, said).toBe('stop')
        expect(holds(JSON.parse(said) as never), said).toBe(true) // each check knows its own schema
      }
    }
  }, 600_000)

  it('obeys a grammar of a person', async () => {
    const grammar = 'root ::= ("yes" | "no") ", because " [a-z ]{5,40} "."'
    const { said } = await answer({ ask: 'Is water wet?', constraint: { kind: 'grammar', grammar } })
    expect(said).toMatch(/^(yes|no), because [a-z ]{5,40}\.$/)
  }, 600_000)

  it('lets the model think first, and constrains the answer alone', async () => {
    const ask = 'Answer with <think> first.'
    // The model would never think of itself: the bias makes it begin.
    const open = model.tokenize('<think>', false)
    const logitBias = Object.fromEntries(open.slice(0, 1).map((token) => [String(token), 100]))
    const { said, thought } = await answer(
      {
        ask,
        thinking: true,
        constraint: { kind: 'json' },
        reasoning: { mode: 'auto', budgetTokens: 6 },
        sampling: { temperature: 0, logitBias },
      },
      60,
    )
    expect(thought + said).not.toContain('think>')
    expect(said.trimStart()).toMatch(/^\{/)
  }, 600_000)
})

describe('tools without a template for them', () => {
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 30 }, unit: { enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  }
  const tools = [
    { name: 'get_weather', description: 'Weather of a city', parameters },
    { name: 'get_time', parameters: { type: 'object', properties: {} } },
  ]

  it('are called with valid arguments when a call must come', async () => {
    for (const seed of [1, 2, 3]) {
      const { said, calls, reason } = await answer({
        ask: 'What is the weather in Paris?',
        tools,
        toolChoice: { name: 'get_weather' },
        parallelToolCalls: false,
        seed,
      })
      expect(said).toBe('')
      expect(reason).toBe('toolCalls')
      expect(calls).toHaveLength(1)
      expect(calls[0]?.id).toMatch(/^call_/)
      expect(calls[0]?.name).toBe('get_weather')
      const { city, unit } = JSON.parse(calls[0]?.arguments ?? '') as { city: string; unit: string } // checked below
      expect(city.length).toBeLessThanOrEqual(30)
      expect(['celsius', 'fahrenheit']).toContain(unit)
    }
  }, 600_000)

  it('are held to their schema from where the model begins a call itself', async () => {
    // The bias makes it begin; from the opening on the grammar leads.
    const [first = 0] = model.tokenize('<tool_call>', false)
    const { calls, said } = await answer(
      { ask: 'Weather in Rome?', tools, sampling: { temperature: 0, logitBias: { [String(first)]: 30 } } },
      120,
    )
    for (const call of calls) expect(['get_weather', 'get_time']).toContain(call.name)
    expect(said.includes('</tool_call>')).toBe(false)
  }, 600_000)

  it('leave a plain answer possible', async () => {
    const { said, calls } = await answer({ ask: 'Say hello.', tools, sampling: { temperature: 0 } }, 30)
    expect(calls.length > 0 || said.length > 0).toBe(true)
  }, 600_000)
})

describe('sampling', () => {
  it('is the same with the same seed, and not with another', async () => {
    const texts: string[] = []
    for (const seed of [7, 7, 8]) texts.push((await answer({ seed, sampling: { temperature: 1.5 } }, 24)).said)
    expect(texts[0]).toBe(texts[1])
    expect(texts[2]).not.toBe(texts[0])
  }, 600_000)

  it('can forbid the token that ends an answer', async () => {
    const eos = Number(model.tokens.eos ?? model.tokens.eot)
    const logitBias = { [String(eos)]: 100 }
    const short = await answer({ sampling: { temperature: 0, logitBias } }, 20)
    expect(short.reason).toBe('stop')
    expect(short.said).toBe('')
  }, 600_000)

  it('takes DRY, XTC and penalties', async () => {
    const { said } = await answer(
      {
        sampling: {
          temperature: 1,
          dryMultiplier: 0.8,
          xtcProbability: 0.5,
          repeatPenalty: 1.1,
          frequencyPenalty: 0.2,
          presencePenalty: 0.2,
          topK: 0,
        },
      },
      20,
    )
    expect(said.length).toBeGreaterThan(0)
  }, 600_000)
})

describe('stop strings', () => {
  it('never show, and what follows neither', async () => {
    const free = await answer({ ask: 'Count from one to ten.', sampling: { temperature: 0 } }, 40)
    const stop = free.said.slice(12, 18)
    const { said, reason } = await answer(
      { ask: 'Count from one to ten.', sampling: { temperature: 0 }, stop: [stop] },
      40,
    )
    expect(reason).toBe('stop')
    expect(said).toBe(free.said.slice(0, free.said.indexOf(stop)))
  }, 600_000)
})

describe('log probabilities', () => {
  const sampling = { temperature: 0 } as const

  it('are those of the model, in order, with the chosen token on top when it is greedy', async () => {
    const plain = await answer({ sampling }, 12)
    const { logprobs, said, chosen } = await answer({ sampling, logprobs: { top: 20 } }, 12)
    expect(said).toBe(plain.said)
    expect(logprobs).toHaveLength(chosen.length)
    for (const { token, logprob, top } of logprobs) {
      expect(top).toHaveLength(20)
      expect(top[0]?.token).toBe(token)
      expect(top[0]?.logprob).toBeCloseTo(logprob, 4)
      const values = top.map((one) => one.logprob)
      expect(values).toEqual(values.toSorted((a, b) => b - a))
      const sum = values.reduce((total, value) => total + Math.exp(value), 0)
      expect(sum).toBeGreaterThan(0.2)
      expect(sum).toBeLessThanOrEqual(1.0001)
    }
    expect(logprobs.map(({ token }) => token).join('')).toBe(said)
  }, 600_000)

  it('are the same as the library has them over the whole vocabulary', async () => {
    const { logprobs } = await answer({ sampling, logprobs: { top: 3 } }, 1)
    const tokens = model.tokenize('<|im_start|>user\nTell me something.<|im_end|>\n<|im_start|>assistant\n', true)
    const sequence = context.getSequence()
    const input = tokens.map(
      (token, index) =>
        index === tokens.length - 1
          ? ([token, { generateNext: { confidence: true, token: true } }] as [Token, object])
          : token, // as the input wants it
    )
    const results = await sequence.controlledEvaluate(input)
    await sequence.dispose()
    const confidence = results.at(-1)?.next.confidence ?? 0
    expect(logprobs[0]?.logprob).toBeCloseTo(Math.log(confidence), 3)
  }, 600_000)

  it('leave out what a stop string took', async () => {
    const free = await answer({ ask: 'Count from one to ten.', sampling, logprobs: { top: 0 } }, 30)
    const stop = free.said.slice(12, 18)
    const { said, logprobs } = await answer(
      { ask: 'Count from one to ten.', sampling, stop: [stop], logprobs: { top: 0 } },
      30,
    )
    expect(
      logprobs
        .map(({ token }) => token)
        .join('')
        .startsWith(said),
    ).toBe(true)
    expect(logprobs.map(({ token }) => token).join('')).not.toContain(stop)
  }, 600_000)

  it('cost little', async () => {
    const timed = async (request: Partial<EngineRequest>) => {
      const startedAt = performance.now()
      await answer(
        {
          ask: 'Write a long story.',
          sampling: { temperature: 0, logitBias: { [String(model.tokens.eos)]: -100 } },
          ...request,
        },
        60,
      )
      return (performance.now() - startedAt) / 60
    }
    const [without, with20] = [await timed({}), await timed({ logprobs: { top: 20 } })]
    process.stdout.write(`ms per token without logprobs ${without.toFixed(2)}, with ${with20.toFixed(2)}\n`)
    expect(with20).toBeGreaterThan(0)
  }, 600_000)
})

describe('a prompt that is given as it stands', () => {
  it('is repeated when asked for', async () => {
    const { said } = await answer(
      {
        input: { kind: 'prompt', prompt: 'The capital of France is' },
        echo: true,
        stop: ['France'],
        sampling: { temperature: 0 },
      },
      5,
    )
    expect(said.startsWith('The capital of France is')).toBe(true)
    expect(said.length).toBeGreaterThan('The capital of France is'.length)
  }, 600_000)
})
