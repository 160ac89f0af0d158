import { metrics } from './engine/metrics.mjs'
import { ratio, spread } from './stats.mjs'
import { printTable, shown } from './table.mjs'

/** @typedef {import('./measure-engine.mjs').EngineResult} EngineResult */
/** @typedef {import('./measure-engine.mjs').BackendResult} BackendResult */
/** @typedef {import('./engine/metrics.mjs').Metric} Metric */

/**
 * Medians with the smallest and the largest, and what ours are of the others', beside the floor for it.
 * @param {EngineResult} engine
 */
export function reportEngine({ backends, notes, slots, contextLength, llamaServer }) {
  const all = Object.entries(backends)
  const ours = all.filter(([, { kind }]) => kind === 'stock' || kind === 'native')
  const others = all.filter(([, { kind }]) => kind === 'llama-server' || kind === 'peer')
  /** @type {[string, string][]} */
  const rows = []
  for (const [name, metric] of metrics()) {
    const measured = all.filter(([, { values }]) => spread(values[name] ?? []))
    if (measured.length === 0) continue
    rows.push([metric.title, ''])
    for (const [backend, { kind, values }] of measured) {
      const floor = kind === 'stock' || kind === 'native' ? metric.itself?.[kind] : undefined
      const value = spread(values[name] ?? [])
      rows.push([`    ${backend}`, `${shown(value, metric.unit)}${verdict(value?.median, floor, metric)}`])
    }
    for (const [our, { kind, values }] of ours) {
      for (const [their, other] of others) {
        if (kind !== 'stock' && kind !== 'native') continue
        const compared = ratio(values[name] ?? [], other.values[name] ?? [])
        if (compared === null || metric.unit === '×') continue
        const floors =
          other.kind === 'llama-server' ? metric.toLlamaServer : their === 'ollama' ? metric.toOllama : undefined
        rows.push([
          `      ${our} to ${their}`,
          `${shown(compared, '×')}${verdict(compared.median, floors?.[kind], metric)}`,
        ])
      }
    }
  }
  printTable(`The engine (${slots} slots of ${contextLength} tokens)`, rows)
  for (const line of notes) console.log(`  ${line}`)
  if (llamaServer) {
    const why = llamaServer.trial.length > 0 ? ', its fastest here' : ''
    console.log(`  llama-server runs with -t ${llamaServer.threads}${why}.`)
  }
  for (const [name, { notes: lines }] of all) for (const line of lines) console.log(`  ${name}: ${line}`)
}

/**
 * @param {number | undefined} value
 * @param {number | undefined} floor
 * @param {Metric} metric
 */
function verdict(value, floor, { better }) {
  if (value === undefined || floor === undefined) return ''
  const kept = better === 'low' ? value <= floor : value >= floor
  return `   ${better === 'low' ? '≤' : '≥'} ${floor}: ${kept ? 'yes' : 'NO'}`
}
