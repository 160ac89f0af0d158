import { join } from 'node:path'
import { buildApart } from './build.mjs'
import { root, runMain } from './lib/project.mjs'
import { run } from './lib/run.mjs'

/** `npm test` runs the same tests with a small part of this. */
const LENGTHS = {
  HEARTH_SOAK_ROUNDS: '200',
  HEARTH_SOAK_ABORTS: '1000',
  HEARTH_SOAK_SECONDS: '300',
  HEARTH_SOAK_CLIENTS: '200',
  HEARTH_SOAK_CLIENT_SECONDS: '120',
}

// Long fault runs: the tests named *.soak.test.ts, and with a real model *.soak.model.test.ts, with more rounds than a
// change can wait for. Words behind the command choose some of them: `npm run soak -- engine`.
await runMain(async () => {
  await buildApart()
  const names = process.argv.slice(2)
  let failed = 0
  for (const [project, pattern] of [
    ['unit', '.soak.test.ts'],
    ['model', '.soak.model.test.ts'],
  ]) {
    const code = await run(
      process.execPath,
      [
        join(root, 'node_modules', 'vitest', 'vitest.mjs'),
        'run',
        `--project=${project}`,
        '--passWithNoTests',
        '--testTimeout=7200000',
        ...(names.length > 0 ? names : ['']).map((name) => `${name}${pattern}`),
      ],
      { env: { ...process.env, ...LENGTHS } },
    )
    failed ||= code
  }
  process.exitCode = failed
})
