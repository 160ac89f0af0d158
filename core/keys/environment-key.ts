import { closeSync, openSync, readSync } from 'node:fs'
import { AppError } from '../../shared/domain/errors.ts'

/** Far more than any key has: what is larger is another file. */
const MOST_BYTES = 4096

/** A key that the environment sets, and the variable that does. */
export interface EnvironmentKey {
  secret: string
  variable: 'HEARTH_API_KEY' | 'HEARTH_API_KEY_FILE'
}

/**
 * The key in `HEARTH_API_KEY`, or in the file that `HEARTH_API_KEY_FILE` names, as containers mount secrets; null when
 * both are empty.
 * @throws AppError invalid_input for both at once, for a file that can't be read or is empty, and for what no header
 *   can carry
 */
export function readEnvironmentKey(env: NodeJS.ProcessEnv): EnvironmentKey | null {
  const secret = env['HEARTH_API_KEY']?.trim() ?? ''
  const file = env['HEARTH_API_KEY_FILE']?.trim() ?? ''
  if (secret !== '' && file !== '') {
    throw wrong('HEARTH_API_KEY and HEARTH_API_KEY_FILE are both set.', 'Set one of them.')
  }
  if (secret !== '') return { secret: sendable(secret, 'HEARTH_API_KEY'), variable: 'HEARTH_API_KEY' }
  if (file === '') return null
  const written = read(file)
  if (written === '')
    throw wrong(`The file ${file}, which HEARTH_API_KEY_FILE names, is empty.`, 'Write the key into it.')
  return { secret: sendable(written, `The file ${file}`), variable: 'HEARTH_API_KEY_FILE' }
}

function read(file: string): string {
  const bytes = Buffer.alloc(MOST_BYTES + 1)
  let length = 0
  try {
    const descriptor = openSync(file, 'r')
    try {
      for (let more = 1; more > 0 && length < bytes.length; length += more) {
        more = readSync(descriptor, bytes, length, bytes.length - length, null)
      }
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'
    throw wrong(
      `The file ${file}, which HEARTH_API_KEY_FILE names, can't be read (${reason}).`,
      'Name a file with the key in it that Hearth may read.',
    )
  }
  if (length > MOST_BYTES) {
    throw wrong(`The file ${file}, which HEARTH_API_KEY_FILE names, is too long for a key.`, 'Name the right file.')
  }
  return bytes.toString('utf8', 0, length).trim()
}

function sendable(secret: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(secret)) return secret
  throw wrong(
    `${where} holds a key that programs can't send.`,
    'Use Latin letters, digits and signs, without spaces or line breaks.',
  )
}

function wrong(message: string, suggestion: string): AppError {
  return new AppError({ code: 'invalid_input', message, suggestion, data: { parameter: 'HEARTH_API_KEY' } })
}
