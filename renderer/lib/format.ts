import { useTranslation } from 'react-i18next'

export interface Format {
  /** Bytes as GB or MB of 10⁹ and 10⁶, with one decimal below 100. */
  bytes(n: number): string
  /** A number with the separators of the language; `digits` decimals at most (default none). */
  number(n: number, digits?: number): string
  /** Milliseconds as `0.2 s`, from a minute on in words. */
  duration(ms: number): string
  /** The bare figure, without its unit: one decimal below 100. */
  tokensPerSecond(n: number): string
  /** Time of the day with seconds. */
  time(epochMs: number): string
  date(epochMs: number): string
}

/** Formats numbers, sizes, durations and dates in one language (a BCP 47 tag). */
export function createFormat(language: string): Format {
  const numbers = new Map<number, Intl.NumberFormat>()
  const number = (n: number, digits = 0): string => {
    let format = numbers.get(digits)
    if (format === undefined) {
      format = new Intl.NumberFormat(language, { maximumFractionDigits: digits })
      numbers.set(digits, format)
    }
    return format.format(n)
  }
  const unit = (n: number, name: string): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'long' }).format(n)
  const clock = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })

  return {
    number,
    bytes(n) {
      if (n >= 1e9) return `${number(n / 1e9, n < 1e11 ? 1 : 0)} GB`
      if (n >= 1e6) return `${number(n / 1e6)} MB`
      return n === 0 ? '0 MB' : `${number(Math.max(1, n / 1e3))} kB`
    },
    duration(ms) {
      const seconds = ms / 1000
      if (seconds < 0.095) return `${number(seconds, 2)} s`
      if (seconds < 9.95) return `${number(seconds, 1)} s`
      if (seconds < 59.5) return `${number(seconds)} s`
      const total = Math.round(seconds)
      const hours = Math.floor(total / 3600)
      const minutes = Math.floor((total % 3600) / 60)
      const rest = total % 60
      const parts =
        hours > 0
          ? [unit(hours, 'hour'), ...(minutes > 0 ? [unit(minutes, 'minute')] : [])]
          : [unit(minutes, 'minute'), ...(rest > 0 ? [unit(rest, 'second')] : [])]
      return new Intl.ListFormat(language, { style: 'narrow', type: 'unit' }).format(parts)
    },
    tokensPerSecond: (n) => number(n, n < 100 ? 1 : 0),
    time: (epochMs) => clock.format(epochMs),
    date: (epochMs) => day.format(epochMs),
  }
}

const known = new Map<string, Format>()

/** The formats of the window's language; made once, since making them takes longer than drawing a row. */
export function useFormat(): Format {
  const { language } = useTranslation().i18n
  const format = known.get(language) ?? createFormat(language)
  known.set(language, format)
  return format
}
