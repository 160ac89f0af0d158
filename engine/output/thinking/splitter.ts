/** A part of what was written, by whether it was thought or said. */
export interface Segment {
  kind: 'reasoning' | 'text'
  text: string
}

/** Parts a stream of text into thoughts and the answer, across the borders of its pieces, without their tags. */
export interface ThoughtSplitter {
  push(text: string): Segment[]
  /** What is still held back when the answer ends. */
  flush(): Segment[]
  /** A thought is open. */
  readonly thinking: boolean
  /** Text is held back that may become a tag. */
  readonly holding: boolean
  /** Thoughts that were closed so far. */
  readonly closed: number
  /** Closes the open thought, and returns the text that tells the model so. */
  close(): string
}

/** Length of the longest end of `text` with which one of the tags begins, the whole tag excluded. */
export function undecidedTail(text: string, tags: readonly string[]): number {
  let longest = 0
  for (const tag of tags) {
    for (let length = Math.min(tag.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(tag.slice(0, length))) longest = length
    }
  }
  return longest
}

/** Where the first of the tags stands, and which it is; null when there is none. */
export function firstTag(text: string, tags: readonly string[]): { at: number; tag: string } | null {
  let first: { at: number; tag: string } | null = null
  for (const tag of tags) {
    const at = text.indexOf(tag)
    if (at !== -1 && (first === null || at < first.at || (at === first.at && tag.length > first.tag.length)))
      first = { at, tag }
  }
  return first
}
