import { reportEngine } from './report-engine.mjs'
import { reportServer } from './report-server.mjs'
import { ratio, spread } from './stats.mjs'
import { printTable, shown } from './table.mjs'

/** @typedef {import('./measure-speed.mjs').Speed} Speed */

/** @param {number[]} bytes */
const megabytes = (bytes) => shown(spread(bytes.map((value) => value / 1e6)), 'MB')
/** @param {number[]} ms */
const milliseconds = (ms) => shown(spread(ms), 'ms')

/**
 * What is written to latest.json; a part that was not measured is absent.
 * @typedef {object} BenchResult
 * @property {string} date
 * @property {{ cpu: string, cores: number, memoryBytes: number, platform: string, node: string }} machine
 * @property {string} model
 * @property {number} rounds
 * @property {number} tokens
 * @property {any} [serverStarts]
 * @property {any} [windowStarts]
 * @property {{ threads: number, trial: unknown }} [llamaBench]
 * @property {Record<string, Speed>} [speed]
 * @property {Record<string, Speed>} [windowSpeed]
 * @property {import('./measure-engine.mjs').EngineResult} [engine]
 * @property {import('./measure-server.mjs').ServerResult} [server]
 * @property {Record<string, number[]>} [downloads]
 * @property {Awaited<ReturnType<typeof import('./measure-predictions.mjs').measurePredictions>>} [predictions]
 * @property {Awaited<ReturnType<typeof import('./measure-scrolling.mjs').measureScrolling>>} [scrolling]
 */

/**
 * Prints medians, with the smallest and the largest in brackets; ratios are of medians, with those of single rounds.
 * @param {BenchResult} result
 */
export function report(result) {
  const { machine, serverStarts, windowStarts, speed, windowSpeed, llamaBench, model } = result
  console.log(`\n${machine.cpu}, ${machine.cores} cores · ${model} · Node ${machine.node.slice(1)}`)
  if (serverStarts) {
    printTable('hearth serve', [
      ['start to listening', milliseconds(serverStarts.listeningMs)],
      ['start to first token', milliseconds(serverStarts.firstTokenMs)],
      ['memory at rest', megabytes(serverStarts.restBytes)],
      ['memory with the model', megabytes(serverStarts.loadedBytes)],
    ])
  }
  if (windowStarts) {
    printTable(`The app (Electron ${windowStarts.electron})`, [
      ['start to window', milliseconds(windowStarts.paintedMs)],
      ['memory at rest', megabytes(windowStarts.restBytes)],
      ['memory with the model', megabytes(windowStarts.loadedBytes)],
    ])
  }
  if (speed) printTable('Speed over HTTP', speedRows(speed))
  if (windowSpeed) printTable('Speed in the window', speedRows(windowSpeed))
  if (llamaBench)
    console.log(`\nllama-bench ran with ${llamaBench.threads} of ${machine.cores} threads, its fastest here.`)
  if (result.engine) reportEngine(result.engine)
  if (result.server) reportServer(result.server)
  if (result.downloads) printTable('Downloads from loopback', downloadRows(result.downloads))
  if (result.predictions) printPredictions(result.predictions)
  if (result.scrolling) {
    printTable(
      'Scrolling, 60 pixels a frame',
      Object.entries(result.scrolling).map(([name, list]) => [
        `${name}, ${list.rows} rows passed`,
        `${list.meanFps.toFixed(1)} frames/s, ${list.over50} of ${list.frames} over 50 ms, worst ${list.worstMs.toFixed(0)} ms`,
      ]),
    )
  }
}

/** @param {Record<string, number[]>} speeds @returns {[string, string][]} */
function downloadRows({ hearth = [], ...others }) {
  /** @type {[string, string][]} */
  const rows = [['hearth', shown(spread(hearth.map((value) => value / 1e6)), 'MB/s')]]
  for (const [name, values] of Object.entries(others)) {
    rows.push([name, shown(spread(values.map((value) => value / 1e6)), 'MB/s')])
    rows.push(['  hearth to it', shown(ratio(hearth, values), '×')])
  }
  return rows
}

/** @param {NonNullable<BenchResult['predictions']>} measured */
function printPredictions({ bytesPerSecond, predictions }) {
  printTable(
    `Predicted speed (memory ${(bytesPerSecond / 1e9).toFixed(1)} GB/s)`,
    predictions.map((run) => [
      `${run.file} ${run.kvType} at ${run.context}`,
      run.calibration
        ? `${run.measuredTps.toFixed(1)} tok/s, calibrated with this`
        : `${run.predictedTps.toFixed(1)} of ${run.measuredTps.toFixed(1)} tok/s measured: ${run.ratio.toFixed(2)} ×`,
    ]),
  )
  const errors = predictions.filter((run) => !run.calibration).map((run) => Math.abs(run.ratio - 1) * 100)
  const all = spread(errors)
  if (all) console.log(`  Error: median ${all.median.toFixed(0)} %, largest ${all.max.toFixed(0)} %`)
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
