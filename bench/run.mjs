import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, platform, totalmem } from 'node:os'
import { join } from 'node:path'
import { buildApart } from '../scripts/build.mjs'
import { withDisplay } from '../scripts/lib/display.mjs'
import { root, runMain } from '../scripts/lib/project.mjs'
import { measureSpeed, measureWindowSpeed } from './measure-speed.mjs'
import { measureServerStarts, measureWindowStarts } from './measure-starts.mjs'
import { prepareLlamaBench } from './llama-bench.mjs'
import { readOptions } from './options.mjs'
import { report } from './report.mjs'

await runMain(async () => {
  const options = readOptions(process.argv.slice(2))
  await buildApart()
  const say = (/** @type {string} */ line) => console.log(line)
  const llama = options.llamaBench ? await prepareLlamaBench(options.llamaBench, options.model, options.tokens) : null

  say(`Starts, ${options.starts} of each …`)
  const serverStarts = await measureServerStarts(options)
  const windowStarts = options.window ? await withDisplay((env) => measureWindowStarts(options, env)) : null
  say(`Speed over HTTP, ${options.rounds} rounds in turns …`)
  const speed = await measureSpeed(options, llama)
  if (options.window) say(`Speed in the window, ${options.rounds} rounds in turns …`)
  const windowSpeed = options.window ? await withDisplay((env) => measureWindowSpeed(options, llama, env)) : null

  const result = {
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
    llamaBench: llama && { threads: llama.threads, trial: llama.trial },
    serverStarts,
    windowStarts,
    speed,
    windowSpeed,
  }
  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`)
  report(result)
  say('\nAll figures: bench/results/latest.json')
  // Connections that are kept alive would hold the process for seconds.
  process.exit(0)
})
