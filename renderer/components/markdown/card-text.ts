/** What a card may have at most; the rest of it is left out, and said to be. */
const LONGEST = 100_000
/** Nesting that no honest card reaches, and that takes a parser seconds or its whole stack. */
const DEEPEST = 24
const MOST_TAGS = 3000
const MOST_OPEN = 50
const MOST_MARKS = 2000

/**
 * A model card, cut down to what can be drawn in a moment: it comes from a stranger, and a page of brackets must not
 * hold up the window.
 */
export function tameCard(markdown: string): { text: string; shortened: boolean } {
  const shortened = markdown.length > LONGEST
  const text = (shortened ? markdown.slice(0, LONGEST) : markdown)
    .replaceAll('\0', '')
    // Quotes in quotes, lists in lists and brackets in brackets, deeper than anyone writes.
    .replaceAll(/^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){25,}/gm, (marks) => marks.slice(0, DEEPEST))
    .replaceAll(/^[ \t]{200,}/gm, ' '.repeat(DEEPEST))
    .replaceAll(/(\[|\]|\(|\)|!\[|\*|_|`|~|<){64,}/g, (run) => run.slice(0, DEEPEST))
  const tags = text.match(/<[a-z]/gi)?.length ?? 0
  const flat = tags > MOST_TAGS ? text.replaceAll(/<\/?[a-z][^>]*>?/gi, ' ') : text
  return {
    text: flat
      .split(/(\n[ \t]*\n)/)
      .map(tameBlock)
      .join(''),
    shortened,
  }
}

/** A paragraph without its brackets or stars where they are so many that pairing them would take seconds. */
function tameBlock(block: string): string {
  let tamed = block
  if (openBrackets(tamed) > MOST_OPEN) tamed = tamed.replaceAll(/[[\]()]/g, ' ')
  if ((tamed.match(/[*_~]/g)?.length ?? 0) > MOST_MARKS) tamed = tamed.replaceAll(/[*_~]/g, '')
  return tamed
}

function openBrackets(text: string): number {
  let square = 0
  let round = 0
  let most = 0
  for (const character of text) {
    if (character === '[') square += 1
    else if (character === ']') square = Math.max(0, square - 1)
    else if (character === '(') round += 1
    else if (character === ')') round = Math.max(0, round - 1)
    most = Math.max(most, square, round)
  }
  return most
}
