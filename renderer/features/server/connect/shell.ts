/** Text as one word of a POSIX shell. */
export function singleQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** The same without quotes where it needs none. */
export function singleQuoteUnlessPlain(text: string): string {
  return /^[\w:/.=-]+$/.test(text) ? text : singleQuote(text)
}
