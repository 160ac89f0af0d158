/** Names of devices that Windows keeps for itself, in any folder and with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** A model's name as the name of a folder or file on every system: `smollm2:135m` → `smollm2-135m`. */
export function safeFolderName(name: string): string {
  const safe = name
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80)
  if (safe === '') return 'model'
  return RESERVED.test(safe) ? `_${safe}` : safe
}

/** Whether a file in a hand-over may be called so: letters of ASCII, no folder, no device, nothing hidden. */
export function isSafeFileName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(name) && !name.endsWith('.') && !RESERVED.test(name)
}

/** A file's name so that {@link isSafeFileName} holds. */
export function toSafeFileName(name: string): string {
  const dot = name.lastIndexOf('.')
  const extension =
    dot > 0
      ? name
          .slice(dot)
          .replaceAll(/[^A-Za-z0-9.]/g, '')
          .slice(0, 20)
      : ''
  const base = (dot > 0 ? name.slice(0, dot) : name)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 150)
  const safe = `${base === '' ? 'file' : base}${extension === '.' ? '' : extension}`
  return RESERVED.test(safe) ? `_${safe}` : safe
}
