/** The port that was typed, or null for anything but a whole number from 1 to 65535. */
export function parsePort(text: string): number | null {
  const trimmed = text.trim().normalize('NFKC')
  if (!/^\d{1,5}$/.test(trimmed)) return null
  const port = Number(trimmed)
  return port >= 1 && port <= 65535 ? port : null
}
