/**
 * What is measured: unit, which way is better, and the floors that the project holds itself to, as ratios of medians
 * to llama-server or as figures of our own.
 * @typedef {object} Metric
 * @property {string} title
 * @property {'ms' | 'tok/s' | 'MB' | '×'} unit
 * @property {'low' | 'high'} better
 * @property {{ stock: number, native: number }} [toLlamaServer] ratio that must be kept
 * @property {{ stock: number, native: number }} [toOllama]
 * @property {{ stock: number, native: number }} [itself] figure of our own that must be kept
 */

const asFast = { stock: 0.8, native: 0.95 }
const fasterThanOllama = { stock: 1.3, native: 1.5 }
const both = (/** @type {number} */ value) => ({ stock: value, native: value })

/** @param {string} title @returns {Metric} */
const speed = (title, floors = true) => ({
  title,
  unit: 'tok/s',
  better: 'high',
  ...(floors ? { toLlamaServer: asFast, toOllama: fasterThanOllama } : {}),
})
/** @param {string} title @param {Partial<Metric>} [more] @returns {Metric} */
const time = (title, more = {}) => ({ title, unit: 'ms', better: 'low', ...more })

/** @satisfies {Record<string, Metric>} */
export const METRICS = {
  coldLoad: time('load and first token, file not in memory'),
  warmLoad: time('load and first token, file in memory'),
  ttftHalfK: time('first token, new prompt of 0.5k', { toLlamaServer: { stock: 1.3, native: 1.05 } }),
  ttft4k: time('first token, new prompt of 4k', { toLlamaServer: { stock: 1.3, native: 1.05 } }),
  prefill: speed('prefill of 4k'),
  ttftWarm: time('first token, next message of a chat', { toLlamaServer: { stock: 1, native: 0.8 } }),
  ttftRestart: time('first token, a 2k chat after a restart'),
  restartRatio: { title: '  to its cold prefill', unit: '×', better: 'low', itself: both(0.2) },
  decode: speed('decode, one stream'),
  decodeP50: time('  per token, median'),
  decodeP90: time('  per token, 90th percentile'),
  decodeGap: time('  longest gap'),
  decode4k: speed('decode at 4k'),
  decode4kP50: time('  per token, median'),
  decode4kP90: time('  per token, 90th percentile'),
  decode4kGap: time('  longest gap'),
  aggregate1: speed('1 stream, with its prompt', false),
  aggregate4: speed('4 streams together'),
  aggregate8: speed('8 streams together'),
  mixedGap: time('longest gap while another reads 4k', { itself: both(300) }),
  mixedSlowdown: {
    title: '  that prefill to its undisturbed time',
    unit: '×',
    better: 'low',
    itself: { stock: 2, native: 1.5 },
  },
  cancel: time('first token after a hang-up within 4k'),
  memory: { title: 'peak memory, without an idle core', unit: 'MB', better: 'low', toLlamaServer: both(1.3) },
  memoryAll: { title: '  with it', unit: 'MB', better: 'low' },
  unloaded: { title: 'given back by unloading', unit: '×', better: 'high', itself: both(0.95) },
}

/** @typedef {keyof typeof METRICS} MetricName */
/** @typedef {Partial<Record<MetricName, number>>} Measured */

/** Every name with its metric. @returns {[MetricName, Metric][]} */
export const metrics = () => /** @type {[MetricName, Metric][]} */ (Object.entries(METRICS))
