/** Whether a text may hold mathematics; without it the renderer for it need not be loaded. */
export function mayHoldMath(markdown: string): boolean {
  return /\$|\\\(|\\\[/.test(markdown)
}

const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/

/**
 * Writes the ways in which models mark mathematics, `\( \)`, `\[ \]` and `$ $`, as the `$$` that the parser reads. A
 * single dollar counts only as Pandoc counts it, so that prices stay prices. Code is left alone.
 */
export function normalizeMath(markdown: string): string {
  if (!mayHoldMath(markdown)) return markdown
  return markdown
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : normalizePart(part)))
    .join('')
}

function normalizePart(text: string): string {
  return text
    .replace(/\\\[([\s\S]+?)\\\]/g, (_, body: string) => `\n$$\n${body.trim()}\n$$\n`)
    .replace(/\\\((.+?)\\\)/g, (_, body: string) => `$$${body.trim()}$$`)
    .replace(/(?<![\\$])\$(?![\s$])([^$\n]+?)(?<![\s\\])\$(?![\d$])/g, (_, body: string) => `$$${body}$$`)
}
