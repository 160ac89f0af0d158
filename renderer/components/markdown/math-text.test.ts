import { expect, it } from 'vitest'
import { mayHoldMath, normalizeMath } from './math-text.ts'

it.each([
  [String.raw`So \(E = mc^2\) holds.`, 'So $$E = mc^2$$ holds.'],
  [String.raw`\[ x^2 \]`, '\n$$\nx^2\n$$\n'],
  ['With $x_1$ and $y$.', 'With $$x_1$$ and $$y$$.'],
  ['$$a+b$$', '$$a+b$$'],
])('%j becomes %j', (text, expected) => {
  expect(normalizeMath(text)).toBe(expected)
})

it.each([
  'It costs $5 and $10.',
  'From $5-$10 a month',
  'Write `$x$` in LaTeX.',
  '```sh\necho $HOME $PATH\n```',
  String.raw`Escaped \$x\$ stays.`,
])('%j stays as it is', (text) => {
  expect(normalizeMath(text)).toBe(text)
})

it('plain text asks for no formulas', () => {
  expect(mayHoldMath('Nothing (here) [at all].')).toBe(false)
})
