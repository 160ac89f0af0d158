import { join } from 'node:path'
import {
  type Llama,
  type LlamaContext,
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
  TokenBias,
} from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queueFor } from './context-queue.ts'
import { startCpuLlama } from './cpu-llama.ts'
import type { DecodeQueue } from './decode-queue.ts'
import { reportLogprobs } from './output/logprobs/report.ts'
import { createTokenStream } from './token-stream.ts'

const path = join(import.meta.dirname, '..', 'resources/models/SmolLM2-135M-Instruct-Q4_1.gguf')
const WORDS = 60

describe('a stream of tokens', { timeout: 120_000 }, () => {
  let llama: Llama
  let model: LlamaModel
  let prompt: Token[]
  /** One that is the library's own, and one with our queue. */
  let theirs: LlamaContext
  let ours: LlamaContext
  let queue: DecodeQueue
  const inFlight = { count: 0 }
  beforeAll(async () => {
    llama = await startCpuLlama()
    model = await llama.loadModel({ modelPath: path })
    prompt = model.tokenize('Once upon a time there was a lighthouse keeper who')
    const settings = { contextSize: 512, sequences: 2, batchSize: 64, threads: 1 }
    theirs = await model.createContext(settings)
    ours = await model.createContext(settings)
    queue = queueFor(ours, { inFlight, onStep: () => undefined })
    reportLogprobs(ours)
  })
  afterAll(() => llama.dispose())

  async function writeWithLibrary(options: SequenceEvaluateOptions): Promise<Token[]> {
    const sequence = theirs.getSequence()
    const written: Token[] = []
    for await (const token of sequence.evaluate(prompt, options)) {
      written.push(token)
      if (written.length === WORDS) break
    }
    await sequence.dispose()
    return written
  }

  async function write(options: SequenceEvaluateOptions): Promise<Token[]> {
    const sequence = ours.getSequence()
    const stream = createTokenStream(queue, sequence, {}, options)
    const written: Token[] = []
    let step = await stream.next(prompt)
    while (step !== null && written.push(step.token) < WORDS) step = await stream.next([step.token])
    await stream.end()
    expect(sequence.nextTokenIndex).toBe(prompt.length + written.length - (step === null ? 0 : 1))
    expect(sequence.contextTokens).toEqual([...prompt, ...written].slice(0, sequence.nextTokenIndex))
    await sequence.dispose()
    return written
  }

  it.each<[string, () => SequenceEvaluateOptions]>([
    ['the likeliest', () => ({ temperature: 0 })],
    ['by chance', () => ({ temperature: 0.9, topK: 40, topP: 0.95, minP: 0.05, seed: 7 })],
    ['with a bias', () => ({ temperature: 0, tokenBias: biasAgainst(model, ' a') })],
    [
      'with penalties',
      () => ({ temperature: 0.9, seed: 7, repeatPenalty: { penalty: 1.4, punishTokens: () => prompt } }),
    ],
    ['with DRY', () => ({ temperature: 0, dryRepeatPenalty: { strength: 1.2, allowedLength: 1 } })],
    [
      'with DRY and penalties',
      () => ({
        temperature: 0,
        dryRepeatPenalty: { strength: 1.2, allowedLength: 1, sequenceBreakers: [' the', ' and', ','], base: 3 },
        repeatPenalty: { penalty: 1.1, punishTokens: () => prompt },
      }),
    ],
    ['by a grammar', () => grammar(llama, model, 'root ::= " was" [a-z ]+ "."')],
  ])('writes what the library writes: %s', async (_, options) => {
    const written = await write(options())
    expect(written).toEqual(await writeWithLibrary(options()))
    expect(written.length).toBeGreaterThan(1)
  })

  it('ends where the model ends its text', async () => {
    expect((await write(grammar(llama, model, 'root ::= " was" " here"'))).length).toBeLessThan(WORDS)
  })

  it('knows what is in the cache, even when nothing could be chosen after it', async () => {
    const sequence = ours.getSequence()
    const grammarEvaluationState = () => {
      throw new Error('no grammar')
    }
    const stream = createTokenStream(queue, sequence, {}, { grammarEvaluationState })
    await expect(stream.next(prompt)).rejects.toThrow('no grammar')
    expect(sequence.contextTokens).toEqual(prompt)
    await stream.end()
    await sequence.dispose()
  })

  it('tells probabilities where they are asked for', async () => {
    const sequence = ours.getSequence()
    const stream = createTokenStream(queue, sequence, { probabilities: true }, { temperature: 0 })
    const step = await stream.next(prompt)
    const values = [...(step?.probabilities?.values() ?? [])]
    expect(values).toHaveLength(20)
    expect(step?.probabilities?.get(step.token)).toBe(Math.max(...values))
    await stream.end()
    await sequence.dispose()
  })

  it('shares its steps with others of the context, the library’s own among them', async () => {
    const alone = await write({ temperature: 0 })
    const sequence = ours.getSequence()
    inFlight.count = 1
    const [together] = await Promise.all([
      write({ temperature: 0 }),
      sequence.evaluateWithoutGeneratingNewTokens(prompt),
    ])
    inFlight.count = 0
    expect(together).toEqual(alone)
    expect(sequence.nextTokenIndex).toBe(prompt.length)
    await sequence.dispose()
  })
})

function biasAgainst(model: LlamaModel, text: string): TokenBias {
  return new TokenBias(model.tokenizer).set(model.tokenize(text), 'never')
}

function grammar(llama: Llama, model: LlamaModel, rules: string): SequenceEvaluateOptions {
  const state = new LlamaGrammarEvaluationState({ model, grammar: new LlamaGrammar(llama, { grammar: rules }) })
  return { temperature: 0, grammarEvaluationState: () => state }
}
