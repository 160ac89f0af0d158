/**
 * Rules of a stream of lines beyond the form of each; the line of an error may be the last one of any.
 * @throws Error that names the rule
 */
export function checkLines(lines: readonly object[], isWhole: boolean): void {
  const failed = lines.findIndex((line) => 'error' in line)
  if (failed !== -1 && failed !== lines.length - 1) throw new Error('an error is not the last line')
  const told = failed === -1 ? lines : lines.slice(0, -1)
  const heads = new Set(told.map((line) => ('model' in line ? line.model : null)))
  if (heads.size > 1) throw new Error('the model is not the same in all lines')
  const end = told.findIndex((line) => isLast(line))
  if (end !== -1 && end !== told.length - 1) throw new Error('a line follows the last one')
  if (isWhole && failed === -1 && end === -1) throw new Error('the last line does not say that it is the last')
}

function isLast(line: object): boolean {
  return ('done' in line && line.done === true) || ('status' in line && line.status === 'success')
}
