import { wrong } from './parameters.ts'

/** Tools that one request may offer. */
export const MOST_TOOLS = 512

/** What the core takes for a name; APIs that say less take less. */
export const TOOL_NAME = /^[\p{L}\p{N}_.:/-]{1,128}$/u

/**
 * Refuses two tools of one name, because nobody could tell which of them is called.
 * @param paramOf what the client calls the name of the tool at an index
 * @throws AppError invalid_input
 */
export function refuseTwins(names: readonly string[], paramOf: (index: number) => string): void {
  const known = new Set<string>()
  for (const [index, name] of names.entries()) {
    if (known.has(name)) throw wrong(paramOf(index), 'another tool has the same name')
    known.add(name)
  }
}
