import { join } from 'node:path'
import { buildApart } from './build.mjs'
import { root, runMain } from './lib/project.mjs'
import { run } from './lib/run.mjs'

/** Rounds of each fault run; `npm test` runs 20 of them. */
const ROUNDS = '200'

// Long fault runs: the tests named *.soak.test.ts, with more rounds than a change can wait for.
await runMain(async () => {
  await buildApart()
  process.exitCode = await run(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project=unit',
      '--testTimeout=7200000',
      '.soak.test.ts',
      ...process.argv.slice(2),
    ],
    { env: { ...process.env, HEARTH_SOAK_ROUNDS: ROUNDS } },
  )
})
