/**
 * The arguments of a call as the object that they are to be; an answer that ended too early leaves half of one, which
 * nobody can use.
 */
export function toArguments(written: string): object {
  try {
    const value: unknown = JSON.parse(written)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
