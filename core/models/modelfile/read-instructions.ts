/** Where something stands: 1-based line and column, in UTF-16 units as editors count. */
export interface Place {
  line: number
  column: number
}

/** One instruction as it stands, not yet understood. */
export interface Instruction {
  /** Lower case. */
  name: string
  place: Place
  /** The word between name and value: a parameter's name, a message's role. Null where none belongs. */
  argument: { text: string; place: Place } | null
  value: { text: string; place: Place }
  quoted: boolean
}

const WITH_ARGUMENT: ReadonlySet<string> = new Set(['parameter', 'message'])

/** Cuts a Modelfile into its instructions; what can't be one comes out as a message with its place. */
export function* readInstructions(text: string): Generator<Instruction | { message: string; place: Place }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const start = afterSpace(line, 0)
    if (start === line.length || line[start] === '#') continue
    const place = { line: index + 1, column: start + 1 }
    const nameEnd = wordEnd(line, start)
    const name = line.slice(start, nameEnd).toLowerCase()
    if (!/^[a-z]+$/.test(name)) {
      yield { place, message: `an instruction should stand here, not '${line.slice(start, start + 40).trimEnd()}'` }
      continue
    }

    let at = afterSpace(line, nameEnd)
    let argument: Instruction['argument'] = null
    if (WITH_ARGUMENT.has(name)) {
      const end = wordEnd(line, at)
      argument = { text: line.slice(at, end), place: { line: index + 1, column: at + 1 } }
      at = afterSpace(line, end)
    }
    const valuePlace = { line: index + 1, column: at + 1 }
    const read = readValue(lines, index, at)
    if (read === null) {
      yield { place: valuePlace, message: 'the quotation mark is never closed' }
      return
    }
    yield { name, place, argument, value: { text: read.text, place: valuePlace }, quoted: read.quoted }
    index = read.lastLine
  }
}

/**
 * A value that starts in a line. One that starts with a quotation mark ends at the first line that ends with the
 * same; nothing is escaped. Null when it never ends.
 */
function readValue(
  lines: readonly string[],
  first: number,
  start: number,
): { text: string; quoted: boolean; lastLine: number } | null {
  const head = (lines[first] ?? '').slice(start).trimEnd()
  const mark = head.startsWith('"""') ? '"""' : head.startsWith('"') ? '"' : null
  if (mark === null) return { text: head, quoted: false, lastLine: first }
  if (head.length >= 2 * mark.length && head.endsWith(mark)) {
    return { text: head.slice(mark.length, -mark.length), quoted: true, lastLine: first }
  }
  const parts = [(lines[first] ?? '').slice(start + mark.length)]
  for (let index = first + 1; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const trimmed = line.trimEnd()
    if (trimmed.endsWith(mark)) {
      parts.push(trimmed.slice(0, -mark.length))
      return { text: parts.join('\n'), quoted: true, lastLine: index }
    }
    parts.push(line)
  }
  return null
}

function afterSpace(line: string, from: number): number {
  let at = from
  while (line[at] === ' ' || line[at] === '\t') at++
  return at
}

function wordEnd(line: string, from: number): number {
  let at = from
  while (at < line.length && line[at] !== ' ' && line[at] !== '\t') at++
  return at
}
