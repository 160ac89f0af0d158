const SUBJECTS = [
  'a lighthouse',
  'a slow train',
  'an old garden',
  'a winter market',
  'a paper boat',
  'a tall oak',
  'a quiet harbour',
]

/**
 * A short question with a long answer. The same for everyone in a round, new in each round.
 * @param {number} round
 */
export function storyPrompt(round) {
  return `Write a long story about ${SUBJECTS[round % SUBJECTS.length]}, with many characters, in the year ${1800 + round}.`
}

/**
 * A prompt of about 500 tokens whose first words are new, so that nothing of it is cached.
 * @param {string} salt
 */
export function longPrompt(salt) {
  const lines = Array.from(
    { length: 24 },
    (_, index) => `Line ${index}: the keeper wrote down the wind, the tide and the ships that passed.`,
  )
  return `Log ${salt}.\n${lines.join('\n')}\nHow many lines are there?`
}
