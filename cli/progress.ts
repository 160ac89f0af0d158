import type { Output } from './program-context.ts'

/** One line that is written over, on a terminal only. */
export interface Progress {
  show(line: string): void
  clear(): void
}

/** Progress for people who wait, on the error output, so that answers stay clean. */
export function createProgress(stderr: Output): Progress {
  let shown = false
  return {
    show(line) {
      if (stderr.isTTY !== true) return
      shown = true
      // A line that wraps could not be written over.
      stderr.write(`\r\u001B[K${line.slice(0, (stderr.columns ?? 80) - 1)}`)
    },
    clear() {
      if (shown) stderr.write('\r\u001B[K')
      shown = false
    },
  }
}
