import type { LlamaContext } from 'node-llama-cpp'
import { createSampler, type Sampler } from '../../sequence-internals.ts'

/** Alternatives that are reported for each token at most, as OpenAI has it. */
const mostAlternatives = 20

type SampleToken = (
  batchLogitIndex: number,
  sampler: Sampler,
  probabilities?: boolean,
  confidence?: boolean,
  logits?: boolean | [tokens: number[], max: boolean, min: boolean, selected: boolean, top: number],
  totalLogitWeight?: boolean,
) => Promise<
  number | [token: number, probabilities?: number[], confidence?: number, logits?: number[], weight?: number]
>

/** The parts of the pinned version that no option reaches. */
interface Internals {
  _ctx: { sampleToken: SampleToken }
}

/**
 * Makes this context answer a request for `probabilities` with natural logarithms of the model's own probabilities
 * (against the whole vocabulary, before temperature, penalties and grammar) of the chosen token and the 20 likeliest:
 * entries are sorted, the chosen one is the last when it is not among them. The library would copy and sort the whole
 * vocabulary into JavaScript, 50 ms a token, and only after the samplers changed it. Call it once for each context.
 */
export function reportLogprobs(context: LlamaContext): void {
  const internals = context as unknown as Internals // internal, read in the pinned version
  const addon = internals._ctx
  const sample = addon.sampleToken.bind(addon)
  const free: Sampler[] = []

  /** A sampler is used by one call at a time; the context's end frees them with the model. */
  async function withSampler<Result>(task: (sampler: Sampler) => Promise<Result>): Promise<Result> {
    const sampler = free.pop() ?? createSampler(context.model)
    try {
      return await task(sampler)
    } finally {
      free.push(sampler)
    }
  }

  async function likeliest(index: number): Promise<number[]> {
    // Top-k sorts only what it keeps; at temperature 1 the logits stay as they are.
    return withSampler(async (sampler) => {
      sampler.applyConfig({ temperature: 1, topK: mostAlternatives, topP: 1, minP: 0, seed: 1 })
      const result = await sample(index, sampler, false, false, [[], false, false, false, mostAlternatives], false)
      return typeof result === 'number' ? [] : (result[3] ?? [])
    })
  }

  /** The chosen token's logit, and the sum of all, as multiples of the largest. */
  async function whole(index: number, token: number): Promise<{ logit: number; weight: number } | null> {
    return withSampler(async (sampler) => {
      sampler.applyConfig({ temperature: 0, seed: 1 })
      const result = await sample(index, sampler, false, false, [[token], false, false, false, 0], true)
      if (typeof result === 'number') return null
      const [, , , logits, weight] = result
      const logit = logits?.[1]
      return logit === undefined || weight === undefined ? null : { logit, weight }
    })
  }

  const reporting: SampleToken = async (index, sampler, probabilities, ...rest) => {
    if (probabilities !== true) return sample(index, sampler, probabilities, ...rest)
    const sampled = await sample(index, sampler)
    const token = typeof sampled === 'number' ? sampled : sampled[0]
    if (token === -1) return sampled
    const top = await likeliest(index)
    const chosen = await whole(index, token)
    const largest = top[1]
    if (chosen === null || largest === undefined) return [token, []]
    const total = largest + Math.log(chosen.weight)
    const entries: number[] = []
    let found = false
    for (let at = 0; at + 1 < top.length; at += 2) {
      const [id = -1, logit = 0] = top.slice(at, at + 2)
      found ||= id === token
      entries.push(id, logit - total)
    }
    if (!found) entries.push(token, chosen.logit - total)
    return [token, entries]
  }
  Object.defineProperty(addon, 'sampleToken', { value: reporting, configurable: true, writable: true })
}
