import type { Output } from './program-context.ts'

const DIM = '\u001b[2m'
const BRIGHT = '\u001b[22m'

/** What a model thinks before it answers, shown apart from the answer. */
export interface Thoughts {
  write(text: string): void
  /** The answer begins, or nothing more comes. */
  end(): void
}

/** Dimmed on a terminal; elsewhere nothing, so that a log or a pipe holds the answer alone. */
export function createThoughts(output: Output): Thoughts {
  let open = false
  return {
    write(text) {
      if (output.isTTY !== true) return
      output.write(open ? text : `${DIM}${text.trimStart()}`)
      open = true
    },
    end() {
      if (open) output.write(`${BRIGHT}\n\n`)
      open = false
    },
  }
}
