/** Python's `strftime` in English, as far as chat templates use it; what is unknown stays as it is. Local time. */
export function strftime(format: string, date: Date): string {
  const words = (options: Intl.DateTimeFormatOptions) => date.toLocaleDateString('en-US', options)
  const two = (value: number) => String(value).padStart(2, '0')
  const parts: Record<string, () => string> = {
    a: () => words({ weekday: 'short' }),
    A: () => words({ weekday: 'long' }),
    b: () => words({ month: 'short' }),
    B: () => words({ month: 'long' }),
    d: () => two(date.getDate()),
    e: () => String(date.getDate()).padStart(2),
    H: () => two(date.getHours()),
    I: () => two(date.getHours() % 12 || 12),
    j: () => String(dayOfYear(date)).padStart(3, '0'),
    m: () => two(date.getMonth() + 1),
    M: () => two(date.getMinutes()),
    p: () => (date.getHours() < 12 ? 'AM' : 'PM'),
    S: () => two(date.getSeconds()),
    y: () => two(date.getFullYear() % 100),
    Y: () => String(date.getFullYear()),
    '%': () => '%',
  }
  // `%-d` is `%d` without zeros.
  return format.replaceAll(/%(-?)([a-zA-Z%])/g, (whole, plain: string, letter: string) => {
    const text = parts[letter]?.() ?? whole
    return plain === '' ? text : text.replace(/^0+(?=\d)/, '')
  })
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getFullYear(), 0, 1)
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / 86_400_000) + 1
}
