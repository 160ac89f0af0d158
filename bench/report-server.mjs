import { ratio, spread } from './stats.mjs'
import { printTable, shown } from './table.mjs'

/** What the project holds itself to, of medians in ms. */
const FLOORS = { cpuPerToken: 0.15, firstToken: 3 }

/** @typedef {import('./measure-server.mjs').Cost} Cost */

/**
 * Medians, and what HTTP adds to them beside the floor for it.
 * @param {import('./measure-server.mjs').ServerResult} result
 */
export function reportServer({ tokens, scripted, real }) {
  for (const [cadence, { direct, ...apis }] of Object.entries(scripted)) {
    if (direct === undefined) continue
    /** @type {[string, string][]} */
    const rows = [
      ['first token without HTTP', shown(spread(direct.firstMs), 'ms')],
      ['processor time without HTTP', shown(spread(direct.cpuMs.map((ms) => ms / tokens)), 'ms a token')],
    ]
    for (const [name, cost] of Object.entries(apis)) {
      const cpu = added(cost.cpuMs, direct.cpuMs) / tokens
      const first = added(cost.firstMs, direct.firstMs)
      rows.push(
        [`${name}, ${spread(cost.pieces)?.median} pieces`, ''],
        ['    processor time that it adds', verdict(cpu, 'ms a token', FLOORS.cpuPerToken)],
        ['    first token that much later', verdict(first, 'ms', FLOORS.firstToken)],
      )
    }
    printTable(`HTTP, a scripted model of ${tokens} tokens, ${cadence}`, rows)
  }
  printTable('HTTP, the real model', [
    ['decode, without HTTP', shown(spread(real.direct.decodeTps), 'tok/s')],
    ['decode, OpenAI', shown(spread(real.http.decodeTps), 'tok/s')],
    ['  with to without', shown(ratio(real.http.decodeTps, real.direct.decodeTps), '×')],
    ['first token, without HTTP', shown(spread(real.direct.firstMs), 'ms')],
    ['first token, OpenAI', shown(spread(real.http.firstMs), 'ms')],
    ['  with to without', shown(ratio(real.http.firstMs, real.direct.firstMs), '×')],
  ])
}

/** The difference of the medians. @param {number[]} more @param {number[]} less */
function added(more, less) {
  return (spread(more)?.median ?? Number.NaN) - (spread(less)?.median ?? Number.NaN)
}

/** @param {number} value @param {string} unit @param {number} floor */
function verdict(value, unit, floor) {
  return `${value.toFixed(3)} ${unit}   ≤ ${floor}: ${value <= floor ? 'yes' : 'NO'}`
}
