import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { root } from '../scripts/lib/project.mjs'
import { probe, startEngine } from './engine-process.mjs'
import { requantize } from './requantize.mjs'
import { spread } from './stats.mjs'

/** @typedef {{ file: string, path: string, facts: any }} Subject */

const threads = 2
const contexts = [128, 1024, 2560]
const kvTypes = /** @type {const} */ (['f16', 'q8_0'])
/** The only runs that the prediction is calibrated with. */
const calibration = { file: 'Q4_1', context: 1024, kvType: 'f16' }
const tokens = 48

/** @typedef {{ file: string, kvType: string, context: number, measuredTps: number, predictedTps: number, low: number, high: number, ratio: number, calibration: boolean }} Prediction */

/**
 * Predicts decode speeds from one measured run and the memory's bandwidth, and then measures them.
 * @param {number} rounds
 * @returns {Promise<{ bytesPerSecond: number, predictions: Prediction[] }>}
 */
export async function measurePredictions(rounds) {
  const { module } = await runnerImport(join(root, 'core/models/fit/speed-model.ts'))
  const folder = mkdtempSync(join(tmpdir(), 'hearth-predict-'))
  try {
    const subjects = await prepare(folder)
    const bandwidths = [await measureBandwidth()]
    const measured = await measure(subjects, rounds)
    bandwidths.push(await measureBandwidth())
    const bytesPerSecond = Math.max(...bandwidths)
    const cases = measured.map(({ subject, context, kvType, tps }) => ({
      file: subject.file,
      backend: 'cpu',
      kvType,
      contextTokens: context + tokens / 2,
      sizeBytes: statSync(subject.path).size,
      parameters: subject.facts.parameters,
      quantization: subject.facts.quantization,
      shape: subject.facts.shape,
      decodeTps: spread(tps)?.median ?? Number.NaN,
      context,
    }))
    const isCalibration = (/** @type {(typeof cases)[number]} */ run) =>
      run.file === calibration.file && run.context === calibration.context && run.kvType === calibration.kvType
    const calibrated = module.createSpeedModel({ bytesPerSecond, threads }, cases.filter(isCalibration))
    const predictions = cases.map((run) => {
      const { tokensPerSecond, low, high } = calibrated.predict(run)
      return {
        file: run.file,
        kvType: run.kvType,
        context: run.context,
        measuredTps: run.decodeTps,
        predictedTps: tokensPerSecond,
        low,
        high,
        ratio: tokensPerSecond / run.decodeTps,
        calibration: isCalibration(run),
      }
    })
    return { bytesPerSecond, predictions }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The model that ships, and the same network in another quantization.
 * @param {string} folder
 * @returns {Promise<Subject[]>}
 */
async function prepare(folder) {
  const shipped = join(root, 'resources/models/SmolLM2-135M-Instruct-Q4_1.gguf')
  const paths = { Q4_1: shipped, Q8_0: join(folder, 'Q8_0.gguf') }
  requantize(shipped, paths.Q8_0, 'Q8_0')
  const subjects = []
  for (const [file, path] of Object.entries(paths)) {
    subjects.push({ file, path, facts: (await probe({ type: 'gguf', path })).facts })
  }
  return subjects
}

async function measureBandwidth() {
  return (await probe({ type: 'bandwidth', threads, bytes: 1.5e9 })).bytesPerSecond
}

/**
 * Everyone in turns: a machine that slows down slows down for all.
 * @param {Subject[]} subjects
 * @param {number} rounds
 */
async function measure(subjects, rounds) {
  const runs = []
  for (const subject of subjects) {
    for (const kvType of kvTypes) {
      const engine = await startEngine({ path: subject.path, kvType, contextLength: 2816, threads })
      for (const context of contexts) runs.push({ subject, kvType, context, engine, tps: /** @type {number[]} */ ([]) })
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const context of contexts) {
      for (const run of runs) if (run.context === context) run.tps.push(await run.engine.decodeSpeed(context, tokens))
    }
  }
  for (const { engine } of runs) engine.stop()
  return runs
}
