/** A piece of a call's syntax. In texts, white space stands for any white space or none. */
export type Part = string | { some: 'digits' | 'id' }

/** How arguments are written that are not one JSON object. */
export interface TaggedArguments {
  /** Before and after the name of an argument, and after its value. */
  open: string
  middle: string
  close: string
}

/** How a model writes calls of tools. */
export interface ToolFormat {
  /** Texts that begin a call, wherever they stand; and those that do so only at the start of an answer. */
  triggers: readonly string[]
  triggersAtStart: readonly string[]
  /** Before the first call, between calls, and after the last one. */
  open: readonly Part[]
  separator: readonly Part[]
  close: readonly Part[]
  /** Ways to begin a call: what stands before the tool's name, and between it and the arguments. */
  heads: readonly { before: readonly Part[]; between: readonly Part[] }[]
  /** After the arguments of each call. */
  after: readonly Part[]
  arguments: 'json' | TaggedArguments
}

/** All texts of a format: control tokens that are part of one must not be dropped. */
export function markersOf(format: ToolFormat): string[] {
  const heads = format.heads.flatMap(({ before, between }) => [...before, ...between])
  const tagged = format.arguments === 'json' ? [] : Object.values(format.arguments).map(String)
  const parts: Part[] = [...format.open, ...format.separator, ...format.close, ...heads, ...format.after, ...tagged]
  return [...format.triggers, ...parts.filter((part) => typeof part === 'string')]
}
