import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, platform, totalmem } from 'node:os'
import { join } from 'node:path'
import { buildApart } from '../scripts/build.mjs'
import { withDisplay } from '../scripts/lib/display.mjs'
import { root, runMain } from '../scripts/lib/project.mjs'
import { prepareLlamaBench } from './llama-bench.mjs'
import { measureDownloads } from './measure-downloads.mjs'
import { measureEngine } from './measure-engine.mjs'
import { measurePredictions } from './measure-predictions.mjs'
import { measureScrolling } from './measure-scrolling.mjs'
import { measureServer } from './measure-server.mjs'
import { measureSpeed, measureWindowSpeed } from './measure-speed.mjs'
import { measureServerStarts, measureWindowStarts } from './measure-starts.mjs'
import { readOptions } from './options.mjs'
import { report } from './report.mjs'

await runMain(async () => {
  const options = readOptions(process.argv.slice(2))
  await buildApart()
  const has = (/** @type {import('./options.mjs').Part} */ part) => options.parts.has(part)
  const say = (/** @type {string} */ line) => console.log(line)
  const result = /** @type {import('./report.mjs').BenchResult} */ ({
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? '',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      platform: platform(),
      node: process.version,
    },
    model: options.modelName,
    rounds: options.rounds,
    tokens: options.tokens,
  })

  if (has('starts')) {
    say(`Starts, ${options.starts} of each …`)
    result.serverStarts = await measureServerStarts(options)
    if (options.window) result.windowStarts = await withDisplay((env) => measureWindowStarts(options, env))
  }
  if (has('speed')) {
    const llama = options.llamaBench ? await prepareLlamaBench(options.llamaBench, options.model, options.tokens) : null
    if (llama) result.llamaBench = { threads: llama.threads, trial: llama.trial }
    say(`Speed over HTTP, ${options.rounds} rounds in turns …`)
    result.speed = await measureSpeed(options, llama)
    if (options.window) {
      say(`Speed in the window, ${options.rounds} rounds in turns …`)
      result.windowSpeed = await withDisplay((env) => measureWindowSpeed(options, llama, env))
    }
  }
  if (has('engine')) {
    say(`The engine beside others, ${options.rounds} rounds in turns …`)
    result.engine = await measureEngine(options, say)
  }
  if (has('server')) {
    say('What HTTP costs …')
    result.server = await measureServer(options, say)
  }
  if (has('downloads')) {
    say(`Downloads of ${options.gigabytes} GB, ${options.rounds} rounds in turns …`)
    result.downloads = await measureDownloads(options)
  }
  if (has('predictions')) {
    say(`Predicted speeds, ${options.rounds} rounds in turns …`)
    result.predictions = await measurePredictions(options.rounds)
  }
  if (has('scrolling') && options.window) {
    say('Long lists in the window …')
    result.scrolling = await withDisplay(measureScrolling)
  }

  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`)
  report(result)
  say('\nAll figures: bench/results/latest.json')
  // Connections that are kept alive would hold the process for seconds.
  process.exit(0)
})
