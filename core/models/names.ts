/** How models are named: what people type, and what it means. */

/** Lower case, without the tag `latest` that other programs add; two spellings of one name become equal. */
export function normalizeName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/:latest$/, '')
}

/** A name for a file that was added, made of its own: `Qwen2.5 3B.gguf` → `qwen2.5-3b`. */
export function nameFromFile(fileName: string): string {
  const base = fileName
    .replace(/\.gguf$/i, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[^\p{L}\p{N}]+|[-._]+$/gu, '')
    .slice(0, 80)
  return base || 'model'
}

/** The name itself, or with the first number behind it that is free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name
  for (let suffix = 2; ; suffix++) {
    const candidate = `${name}-${suffix}`
    if (!isTaken(candidate)) return candidate
  }
}
