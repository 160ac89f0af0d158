/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} min
 * @property {number} max
 */

/** @param {number[]} values @returns {Spread | null} null when there are none */
export function spread(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  const [min] = sorted
  const max = sorted.at(-1)
  if (min === undefined || max === undefined) return null
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? min
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? max
  return { median: (low + high) / 2, min, max }
}

/**
 * How two things compare that were measured in turns: the ratio of their medians, and how far the ratios of the
 * single pairs lie apart.
 * @param {number[]} ours
 * @param {number[]} theirs
 * @returns {Spread | null}
 */
export function ratio(ours, theirs) {
  const pairs = spread(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)))
  const [a, b] = [spread(ours), spread(theirs)]
  return pairs && a && b ? { ...pairs, median: a.median / b.median } : null
}
