import { fstatSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { AppError } from '../shared/domain/errors.ts'

/** Far more than any context holds. */
const MAX_CHARACTERS = 8_000_000

/**
 * What was piped in; null where nothing was. Beside a prompt only a pipe or a file of a shell counts: another program
 * that starts this one may leave its end open for ever.
 * @throws AppError invalid_input when it is longer than any prompt
 */
export async function pipedPrompt(
  stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined },
  hasWords: boolean,
): Promise<string | null> {
  if (stdin.isTTY === true || (hasWords && !comesFromShell())) return null
  const prompt = await text(stdin)
  if (prompt.length > MAX_CHARACTERS) {
    throw new AppError({
      code: 'invalid_input',
      message: `What was piped in is ${prompt.length} characters long, more than any model can read.`,
      suggestion: 'Pipe in a part of it.',
    })
  }
  return prompt
}

function comesFromShell(): boolean {
  try {
    const stat = fstatSync(0)
    return stat.isFIFO() || stat.isFile()
  } catch {
    // Closed.
    return false
  }
}
