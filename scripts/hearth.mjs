import { pathToFileURL } from 'node:url'
import { buildApart } from './build.mjs'
import { cliEntry, runMain } from './lib/project.mjs'

await runMain(async () => {
  await buildApart({ silent: true })
  // The command line runs in this process: signals, exit code and terminal are its own.
  process.argv[1] = cliEntry
  await import(pathToFileURL(cliEntry).href)
})
