/** Finds the end of one JSON object or list in a stream of text. */
export interface JsonScanner {
  /** How many characters of the text belong to the value. */
  push(text: string): number
  readonly done: boolean
}

export function createJsonScanner(): JsonScanner {
  let depth = 0
  let inText = false
  let escaped = false
  let done = false
  return {
    push(text) {
      let at = 0
      while (at < text.length && !done) {
        const character = text[at++]
        if (escaped) escaped = false
        else if (inText) {
          if (character === '\\') escaped = true
          else if (character === '"') inText = false
        } else if (character === '"') inText = true
        else if (character === '{' || character === '[') depth++
        else if (character === '}' || character === ']') done = --depth <= 0
      }
      return at
    },
    get done() {
      return done
    },
  }
}
