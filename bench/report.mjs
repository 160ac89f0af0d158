import { ratio, spread } from './stats.mjs'
import { printTable, shown } from './table.mjs'

/** @typedef {import('./measure-speed.mjs').Speed} Speed */

/** @param {number[]} bytes */
const megabytes = (bytes) => shown(spread(bytes.map((value) => value / 1e6)), 'MB')
/** @param {number[]} ms */
const milliseconds = (ms) => shown(spread(ms), 'ms')

/**
 * Prints medians, with the smallest and the largest in brackets; ratios are of medians, with those of single rounds.
 * @param {any} result what is written to latest.json
 */
export function report({ machine, serverStarts, windowStarts, speed, windowSpeed, llamaBench, model }) {
  console.log(`\n${machine.cpu}, ${machine.cores} cores · ${model} · Node ${machine.node.slice(1)}`)
  printTable('hearth serve', [
    ['start to listening', milliseconds(serverStarts.listeningMs)],
    ['start to first token', milliseconds(serverStarts.firstTokenMs)],
    ['memory at rest', megabytes(serverStarts.restBytes)],
    ['memory with the model', megabytes(serverStarts.loadedBytes)],
  ])
  if (windowStarts) {
    printTable(`The app (Electron ${windowStarts.electron})`, [
      ['start to window', milliseconds(windowStarts.paintedMs)],
      ['memory at rest', megabytes(windowStarts.restBytes)],
      ['memory with the model', megabytes(windowStarts.loadedBytes)],
    ])
  }
  printTable('Speed over HTTP', speedRows(speed))
  if (windowSpeed) printTable('Speed in the window', speedRows(windowSpeed))
  if (llamaBench)
    console.log(`\nllama-bench ran with ${llamaBench.threads} of ${machine.cores} threads, its fastest here.`)
}

/** @param {Record<string, Speed>} speeds @returns {[string, string][]} */
function speedRows({ hearth, ...others }) {
  if (!hearth) return []
  /** @type {[string, string][]} */
  const rows = [['decode, hearth', shown(spread(hearth.decodeTps), 'tok/s')]]
  for (const [name, { decodeTps }] of Object.entries(others)) {
    rows.push([`decode, ${name}`, shown(spread(decodeTps), 'tok/s')])
    rows.push([`  hearth to ${name}`, shown(ratio(hearth.decodeTps, decodeTps), '×')])
  }
  if (hearth.prefillTps.length === 0) return rows
  rows.push(
    ['prefill, hearth', shown(spread(hearth.prefillTps), 'tok/s')],
    ['first token of a long prompt', milliseconds(hearth.firstMs)],
  )
  for (const [name, { prefillTps }] of Object.entries(others)) {
    rows.push([`prefill, ${name}`, shown(spread(prefillTps), 'tok/s')])
    rows.push([`  hearth to ${name}`, shown(ratio(hearth.prefillTps, prefillTps), '×')])
  }
  return rows
}
