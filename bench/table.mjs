/** @typedef {import('./stats.mjs').Spread} Spread */

/** @param {number} value */
const short = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2))

/**
 * @param {Spread | null} value
 * @param {string} unit
 */
export function shown(value, unit) {
  if (value === null) return 'not measured'
  const figure = unit === '×' ? `${short(value.median)} ×` : `${short(value.median)} ${unit}`
  return value.min === value.max ? figure : `${figure}  (${short(value.min)} to ${short(value.max)})`
}

/**
 * @param {string} title
 * @param {[string, string][]} rows
 */
export function printTable(title, rows) {
  if (rows.length === 0) return
  const width = Math.max(...rows.map(([name]) => name.length))
  console.log(`\n${title}`)
  for (const [name, value] of rows) console.log(`  ${name.padEnd(width)}  ${value}`)
}
