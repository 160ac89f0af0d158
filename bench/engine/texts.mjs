/** Common words, each one token with most vocabularies. */
const WORDS =
  'the keeper wrote down wind tide and ships that passed before dawn while old men on shore mended nets under a grey sky some went home early others waited for news from north'.split(
    ' ',
  )

/** A generator of equal numbers for equal seeds (mulberry32), from 0 to 1. @param {number} seed */
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Text of so many words that begins like no other text of another seed, so that nothing of it is cached.
 * @param {number} seed
 * @param {number} words
 */
export function uniqueText(seed, words) {
  const random = randomFrom(seed)
  const pick = () => WORDS[Math.floor(random() * WORDS.length)] ?? ''
  const lines = []
  for (let left = words; left > 0; left -= 16)
    lines.push(`${Array.from({ length: Math.min(16, left) }, pick).join(' ')}.`)
  return `${pick()} ${seed} ${lines.join('\n')}`
}

/** A question with a long answer: not every server can be told to go on after its end. @param {number} seed */
export function storyPrompt(seed) {
  return `${uniqueText(seed, 4)} Write a very long story with many characters about this, in the year ${1800 + (seed % 200)}.`
}

/** A question whose answer does not end. @param {number} seed */
export function endlessPrompt(seed) {
  const words = 'the sea and the wind and '.repeat(6)
  return `${uniqueText(seed, 4)}\nRepeat these words again and again, without an end: ${words}`
}
