import type { EngineSample } from '../../../shared/domain/engines.ts'

export const METRICS = ['decodeTps', 'ttftMs', 'prefillTps', 'active', 'queued', 'memoryBytes'] as const
export type Metric = (typeof METRICS)[number]

/** How far back the lines go, in minutes; the longest is what the core keeps. */
export const SPANS = [1, 5, 10] as const
export type Span = (typeof SPANS)[number]

/** A longer silence between two samples is a gap: the core slept or was started again. */
const GAP_MS = 3500

/** Times in seconds since the epoch, and the values at them; null where there is none. */
export interface Series {
  xs: number[]
  ys: (number | null)[]
}

/** The samples since `from` (ms since the epoch) as one line, broken where nothing was measured. */
export function buildSeries(samples: readonly EngineSample[], metric: Metric, from: number): Series {
  const xs: number[] = []
  const ys: (number | null)[] = []
  let last: number | null = null
  for (const sample of samples) {
    if (sample.at < from) continue
    if (last !== null && sample.at - last > GAP_MS) {
      xs.push((last + sample.at) / 2000)
      ys.push(null)
    }
    xs.push(sample.at / 1000)
    ys.push(sample[metric])
    last = sample.at
  }
  return { xs, ys }
}

/** What a line says in three figures; `now` is its last point. Null where nothing was measured. */
export interface Summary {
  now: number | null
  highest: number | null
  median: number | null
}

/** `busyOnly` leaves the zeros out of the median: a speed of nothing is no speed. */
export function summarise(ys: readonly (number | null)[], busyOnly: boolean): Summary {
  const known = ys.filter((y) => y !== null)
  const counted = (busyOnly ? known.filter((y) => y > 0) : known).toSorted((a, b) => a - b)
  const middle = counted.length / 2
  const [low, high] = [counted[Math.ceil(middle) - 1], counted[Math.floor(middle)]]
  return {
    now: ys.at(-1) ?? null,
    highest: known.length === 0 ? null : Math.max(...known),
    median: low === undefined || high === undefined ? null : (low + high) / 2,
  }
}

/** The newest value that was measured, for what is measured now and then only. */
export function newest(ys: readonly (number | null)[]): number | null {
  return ys.findLast((y) => y !== null) ?? null
}

/** The top of an axis: the next round figure above all values, so that it does not jump with each point. */
export function niceTop(ys: readonly (number | null)[], least: number): number {
  const highest = Math.max(least, ...ys.map((y) => y ?? 0))
  const power = 10 ** Math.floor(Math.log10(highest))
  const step = [1, 2, 4, 5, 10].find((each) => each * power >= highest) ?? 10
  return step * power
}

/** One line of the table that stands in for the charts. */
export interface Stretch {
  /** Its end, ms since the epoch. */
  at: number
  values: Record<Metric, number | null>
}

/** The samples since `from` in stretches of `ms`, newest first: highest values, since that is what one looks for. */
export function stretches(samples: readonly EngineSample[], from: number, ms: number): Stretch[] {
  const all = new Map<number, Stretch>()
  for (const sample of samples) {
    if (sample.at < from) continue
    const place = Math.max(0, Math.ceil((sample.at - from) / ms) - 1)
    const stretch = all.get(place) ?? { at: from + (place + 1) * ms, values: nothing() }
    for (const metric of METRICS) {
      const value = sample[metric]
      if (value !== null) stretch.values[metric] = Math.max(stretch.values[metric] ?? 0, value)
    }
    all.set(place, stretch)
  }
  return [...all.values()].toSorted((a, b) => b.at - a.at)
}

function nothing(): Record<Metric, number | null> {
  return { decodeTps: null, ttftMs: null, prefillTps: null, active: null, queued: null, memoryBytes: null }
}
