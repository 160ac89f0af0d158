import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildApart } from './build.mjs'
import { findElectron } from './electron-runtime.mjs'
import { withDisplay } from './lib/display.mjs'
import { PlainError, fail, root, runMain } from './lib/project.mjs'
import { closing, playwrightCounts, sum, vitestCounts } from './lib/results.mjs'
import { run } from './lib/run.mjs'
import { hasProgram, installAdvice, installWithApt, missingLibraries } from './lib/system.mjs'

const reports = join(root, 'test-results', 'reports')
const suites = /** @type {const} */ (['unit', 'model', 'e2e'])

/** @typedef {(typeof suites)[number]} Suite */

/** @type {Record<Suite, string>} */
const TITLES = { unit: 'Unit tests', model: 'Tests with the real models', e2e: 'End-to-end tests' }

/**
 * @param {Suite} suite
 * @param {string[]} filters
 */
async function runSuite(suite, filters) {
  console.log(`\n${TITLES[suite]}`)
  return suite === 'e2e' ? runPlaywright(filters) : runVitest(suite, filters)
}

/**
 * @param {'unit' | 'model'} project
 * @param {string[]} filters
 */
async function runVitest(project, filters) {
  const report = join(reports, `${project}.json`)
  const code = await run(process.execPath, [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    `--project=${project}`,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...filters,
  ])
  return vitestCounts(report, code, TITLES[project])
}

/** @param {string[]} filters */
async function runPlaywright(filters) {
  const report = join(reports, 'e2e.json')
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  const args = [
    cli,
    'test',
    '--config=e2e/playwright.config.ts',
    '--pass-with-no-tests',
    '--reporter=list,json',
    ...filters,
  ]
  const code = await withDisplay((env) =>
    run(process.execPath, args, { cwd: root, env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report } }),
  )
  return playwrightCounts(report, code, TITLES.e2e)
}

/** Electron, its libraries, a virtual display and a tracer: fetched or installed where they are missing. */
async function prepareEndToEnd() {
  const electron = await findElectron()
  if (process.platform !== 'linux') return
  const lacking = () => [
    ...missingLibraries(electron.executable),
    ...(hasProgram('Xvfb') ? [] : ['xvfb']),
    ...(hasProgram('strace') ? [] : ['strace']),
  ]
  const before = lacking()
  if (before.length === 0) return
  installWithApt(before, console.log)
  const after = lacking()
  if (after.length > 0) throw new PlainError(`The end-to-end tests need ${after.join(', ')}. ${installAdvice(after)}`)
}

await runMain(async () => {
  const [wanted, ...filters] = process.argv.slice(2)
  const chosen = suites.filter((suite) => wanted === undefined || wanted === suite)
  if (chosen.length === 0) fail(`Usage: npm test -- [${suites.join('|')}] [filter …]`, 2)
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  await buildApart()
  if (chosen.includes('e2e')) await prepareEndToEnd()
  const counts = []
  for (const suite of chosen) counts.push(await runSuite(suite, filters))
  const total = sum(counts)
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1
  console.log(`\n${closing(total)}`)
})
