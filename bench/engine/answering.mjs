import { setTimeout as pause } from 'node:timers/promises'
import { spread } from '../stats.mjs'
import { decodeTps, firstMs, gaps, stream } from './stream.mjs'
import { endlessPrompt, storyPrompt, uniqueText } from './texts.mjs'

/** @typedef {import('./backends.mjs').Running} Running */
/** @typedef {import('./metrics.mjs').Measured} Measured */

/**
 * What a measurement gets: seeds that never come twice, and how many words make a prompt of so many tokens.
 * @typedef {object} Course
 * @property {() => number} seed
 * @property {(tokens: number) => number} words
 * @property {number} tokens of a measured answer
 * @property {Map<string, number>} undisturbedMs how long each server last took for a prompt of 4k tokens
 */

const HALF_K = 512
/** Until somebody has read an answer and asks on; a second is little. */
const READING_MS = 1000
const FOUR_K = 4096
/** Pieces that a stream has sent when it counts as running. */
const UNDER_WAY = 8
/** More than any other stream takes. */
const LONG = 3000
/** Where in a prefill the client hangs up. */
const HANG_UP_AT = 0.4

/**
 * A new prompt of so many tokens, checked: a server that cut it would look fast.
 * @param {Running} running
 * @param {Course} course
 * @param {number} tokens
 * @param {number} maxTokens
 */
async function longPrompt(running, course, tokens, maxTokens) {
  const streamed = await stream(running, uniqueText(course.seed(), course.words(tokens)), maxTokens)
  const read = streamed.promptTokens - streamed.cachedTokens
  if (read < tokens * 0.8) throw new Error(`${running.base} read only ${read} tokens of a prompt of ${tokens}.`)
  return streamed
}

/**
 * First tokens of new prompts, and how an answer goes on behind them.
 * @param {Running} running
 * @param {Course} course
 * @returns {Promise<Measured>}
 */
export async function cold(running, course) {
  const short = await longPrompt(running, course, HALF_K, 1)
  const story = await stream(running, storyPrompt(course.seed()), course.tokens)
  const long = await longPrompt(running, course, FOUR_K, course.tokens)
  for (const { completionTokens } of [story, long]) {
    if (completionTokens < course.tokens / 2) throw new Error(`${running.base} wrote only ${completionTokens} tokens.`)
  }
  course.undisturbedMs.set(running.base, firstMs(long))
  const [near, far] = [perToken(story), perToken(long)]
  return {
    ttftHalfK: firstMs(short),
    ttft4k: firstMs(long),
    prefill: ((long.promptTokens - long.cachedTokens) / firstMs(long)) * 1000,
    decode: decodeTps(story),
    decodeP50: near.p50,
    decodeP90: near.p90,
    decodeGap: near.longest,
    decode4k: decodeTps(long),
    decode4kP50: far.p50,
    decode4kP90: far.p90,
    decode4kGap: far.longest,
  }
}

/** How long a server last took for a prompt of 4k tokens. @param {Running} running @param {Course} course */
async function undisturbed(running, course) {
  const known = course.undisturbedMs.get(running.base)
  if (known !== undefined) return known
  const ms = firstMs(await longPrompt(running, course, FOUR_K, 1))
  course.undisturbedMs.set(running.base, ms)
  return ms
}

/**
 * The next message of a chat, after a person has read the answer for a moment.
 * @param {Running} running
 * @param {Course} course
 * @returns {Promise<Measured>}
 */
export async function warm(running, course) {
  const question = uniqueText(course.seed(), course.words(HALF_K))
  const { text } = await stream(running, question, 16)
  await pause(READING_MS)
  const next = await stream(running, nextMessage(question, text), 1)
  return { ttftWarm: firstMs(next) }
}

/** @param {string} question @param {string} answer @returns {import('./stream.mjs').Message[]} */
export const nextMessage = (question, answer) => [
  { role: 'user', content: question },
  { role: 'assistant', content: answer },
  { role: 'user', content: 'And then?' },
]

/**
 * Milliseconds between pieces, by the tokens that a piece holds on average; the longest gap as it was seen.
 * @param {import('./stream.mjs').Streamed} streamed
 */
export function perToken({ arrivals, completionTokens }) {
  const sorted = gaps(arrivals).toSorted((a, b) => a - b)
  const tokensPerPiece = Math.max(1, (completionTokens - 1) / Math.max(1, sorted.length))
  const at = (/** @type {number} */ share) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return { p50: at(0.5) / tokensPerPiece, p90: at(0.9) / tokensPerPiece, longest: at(1) }
}

/** @param {Running} running @param {Course} course @returns {Promise<Measured>} */
export async function aggregate(running, course) {
  const together = async (/** @type {number} */ count) => {
    const prompts = Array.from({ length: count }, () => storyPrompt(course.seed()))
    const started = performance.now()
    const all = await Promise.all(prompts.map((prompt) => stream(running, prompt, course.tokens)))
    const tokens = all.reduce((sum, { completionTokens }) => sum + completionTokens, 0)
    return (tokens / (performance.now() - started)) * 1000
  }
  return { aggregate1: await together(1), aggregate4: await together(4), aggregate8: await together(8) }
}

/**
 * One stream runs, and another begins with 4k tokens to read.
 * @param {Running} running
 * @param {Course} course
 * @returns {Promise<Measured>}
 */
export async function mixed(running, course) {
  const alone = await undisturbed(running, course)
  const leaving = new AbortController()
  /** @type {Promise<{ from: number, to: number }>[]} */
  const others = []
  const streamed = await stream(running, endlessPrompt(course.seed()), LONG, {
    signal: leaving.signal,
    onPiece(pieces) {
      if (pieces !== UNDER_WAY) return
      const long = longPrompt(running, course, FOUR_K, 1)
      others.push(
        long.then((one) => ({ from: one.startedAt, to: one.startedAt + firstMs(one) })).finally(() => leaving.abort()),
      )
    },
  })
  const [other] = await Promise.all(others)
  if (other === undefined) throw new Error(`${running.base} ended its answer before another could be asked.`)
  const { from, to } = other
  const last = streamed.arrivals.at(-1) ?? from
  // Still silent at the end of it: that is a gap too. An answer that had ended by itself has none.
  const arrivals = streamed.completionTokens === 0 ? [...streamed.arrivals, Math.max(to, last)] : streamed.arrivals
  const during = arrivals.filter((at, index) => at >= from && (arrivals[index - 1] ?? 0) <= to)
  const before = arrivals.findLast((at) => at < from) ?? from
  return { mixedGap: spread(gaps([before, ...during]))?.max ?? Number.NaN, mixedSlowdown: (to - from) / alone }
}

/**
 * A client hangs up while its prompt is read, and another asks at once.
 * @param {Running} running
 * @param {Course} course
 * @returns {Promise<Measured>}
 */
export async function cancel(running, course) {
  const whole = await undisturbed(running, course)
  const hangUp = AbortSignal.timeout(Math.round(whole * HANG_UP_AT))
  await stream(running, uniqueText(course.seed(), course.words(FOUR_K)), 1, { signal: hangUp })
  return { cancel: firstMs(await stream(running, `${course.seed()}: what is next?`, 1)) }
}
