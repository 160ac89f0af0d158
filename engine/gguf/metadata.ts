import type { GgufValue } from './header.ts'

/** A text of the metadata; null when it is absent, empty or no text. */
export function textOf(value: GgufValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** A number of the metadata; null when it is absent or no number. */
export function numberOf(value: GgufValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The texts of a list of the metadata. */
export function textsOf(value: GgufValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/**
 * A value that is said once for all layers, or for each: one number for each layer. Null when it is not said, or when
 * the list is too short.
 */
export function perLayer(value: GgufValue | undefined, layers: number): number[] | null {
  const one = typeof value === 'boolean' ? Number(value) : numberOf(value)
  if (one !== null) return Array.from({ length: layers }, () => one)
  if (!Array.isArray(value) || value.length < layers) return null
  const numbers = value.slice(0, layers).map(Number)
  return numbers.every(Number.isFinite) ? numbers : null
}
