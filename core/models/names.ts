/** How models are named: what people type, and what it means. */
import { AppError } from '../../shared/domain/errors.ts'

const MAX_LENGTH = 200
/** Names that Windows keeps for devices: a file made of the name could not be opened there. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i
/** Letters and digits of any script; no space, no backslash, no percent sign, nothing that can't be seen. */
const SEGMENT = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:@+-]*$/u

/** Lower case, without the tag `latest` that other programs add; two spellings of one name become equal. */
export function normalizeName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/:latest$/, '')
}

/**
 * The name, trimmed. Slashes stand between a hub, an owner and a repository only; no segment leads out of a folder.
 *
 * @throws AppError `name_invalid`
 */
export function validName(name: string): string {
  const trimmed = name.trim()
  if (isValid(trimmed)) return trimmed
  const shown = trimmed.slice(0, 100).replaceAll(/\p{C}/gu, '�')
  throw new AppError({
    code: 'name_invalid',
    message: `“${shown}” can't be a model's name.`,
    suggestion: 'Use letters, digits, dots, dashes and underscores, as in qwen2.5:3b.',
    data: { name: shown },
  })
}

function isValid(name: string): boolean {
  if (name.length === 0 || name.length > MAX_LENGTH || name.includes('..')) return false
  // `C:foo` is a path on Windows.
  if (/^[a-z]:/i.test(name)) return false
  return name.split('/').every((segment) => SEGMENT.test(segment) && !DEVICE.test(segment.split(/[.:]/)[0] ?? ''))
}

/** What comes nearest to a name that something from outside proposes; the name itself where it is valid. */
export function nearestName(proposed: string): string {
  const trimmed = proposed.trim()
  if (isValid(trimmed)) return trimmed
  const near = trimmed
    .slice(0, MAX_LENGTH)
    .replaceAll(/[^\p{L}\p{M}\p{N}._:@+/-]+/gu, '-')
    .replaceAll(/\.{2,}/g, '.')
    .split('/')
    .map((segment) => segment.replace(/^[^\p{L}\p{N}]+/u, ''))
    .filter((segment) => segment !== '')
    .join('/')
  return isValid(near) ? near : 'model'
}

/** A name for a file that was added, made of its own: `Qwen2.5 3B.gguf` → `qwen2.5-3b`. */
export function nameFromFile(fileName: string): string {
  const base = fileName
    .replace(/\.gguf$/i, '')
    .replace(/-\d{5}-of-\d{5}$/, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/\.{2,}/g, '.')
    .slice(0, 80)
    .replaceAll(/^[^\p{L}\p{N}]+|[-._]+$/gu, '')
  return isValid(base) ? base : 'model'
}

/** The name itself, or with the first number behind it that is free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name
  for (let suffix = 2; ; suffix++) {
    const candidate = `${name}-${suffix}`
    if (!isTaken(candidate)) return candidate
  }
}
