import { isAbsolute, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { readJson, root } from './project.mjs'

/** Of what a failed test said. */
const FIRST_LINES = 5

/**
 * @typedef {object} Failure
 * @property {string} name file and test, as `core/paths.test.ts › the data folder › is made`; a suite where no test can be named
 * @property {string} message
 */

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {Failure[]} failures
 */

/**
 * What a run of vitest counted. A file that could not be loaded, and a run that left no report, count as one failure.
 * @param {string} reportFile
 * @param {number} exitCode
 * @param {string} suite what the run is called
 * @returns {Counts}
 */
export function vitestCounts(reportFile, exitCode, suite) {
  const report = readJson(reportFile)
  if (!report) return withoutReport(suite, exitCode)
  /** @type {any[]} */
  const files = report.testResults
  const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const failures = [
    ...files.flatMap((file) =>
      file.assertionResults
        .filter((/** @type {any} */ test) => test.status === 'failed')
        .map((/** @type {any} */ test) => ({
          name: named([fileName(file.name), ...test.ancestorTitles, test.title]),
          message: test.failureMessages.join('\n'),
        })),
    ),
    ...broken.map((file) => ({ name: fileName(file.name), message: file.message })),
  ]
  return atLeastOneFailure(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
      failures,
    },
    exitCode,
    suite,
  )
}

/**
 * What a run of Playwright counted.
 * @param {string} reportFile
 * @param {number} exitCode
 * @param {string} suite what the run is called
 * @returns {Counts}
 */
export function playwrightCounts(reportFile, exitCode, suite) {
  const report = readJson(reportFile)
  if (!report) return withoutReport(suite, exitCode)
  const { expected, unexpected, flaky, skipped } = report.stats
  const failures = [
    ...report.suites.flatMap((/** @type {any} */ file) => failedSpecs(file, [`e2e/${file.title}`])),
    ...report.errors.map((/** @type {any} */ error) => ({
      name: suite,
      message: error.message ?? String(error.value),
    })),
  ]
  return atLeastOneFailure({ passed: expected + flaky, failed: unexpected, skipped, failures }, exitCode, suite)
}

/**
 * @param {any} group a file, or a `describe`
 * @param {string[]} titles down to it
 * @returns {Failure[]}
 */
function failedSpecs({ specs = [], suites = [] }, titles) {
  return [
    ...specs.flatMap((/** @type {any} */ spec) =>
      spec.tests
        .filter((/** @type {any} */ test) => test.status === 'unexpected')
        .map((/** @type {any} */ test) => ({
          name: named([...titles, spec.title]),
          message: test.results
            .flatMap((/** @type {any} */ result) => result.errors)
            .map((/** @type {any} */ error) => error.message ?? String(error.value))
            .join('\n'),
        })),
    ),
    ...suites.flatMap((/** @type {any} */ group) => failedSpecs(group, [...titles, group.title])),
  ]
}

/** @param {string[]} titles */
function named(titles) {
  return titles.filter((title) => title !== '').join(' › ')
}

/** @param {string} path */
function fileName(path) {
  return (isAbsolute(path) ? relative(root, path) : path).replaceAll('\\', '/')
}

/**
 * @param {string} suite
 * @param {number} exitCode
 * @returns {Counts}
 */
function withoutReport(suite, exitCode) {
  const failure = { name: suite, message: `The run left no report and ended with code ${exitCode}.` }
  return { passed: 0, failed: 1, skipped: 0, failures: [failure] }
}

/**
 * A runner may fail for a reason that is no test: an error outside of any, a broken configuration.
 * @param {Counts} counts
 * @param {number} exitCode
 * @param {string} suite
 * @returns {Counts}
 */
function atLeastOneFailure(counts, exitCode, suite) {
  if (exitCode === 0 || counts.failed > 0) return counts
  const failures =
    counts.failures.length > 0
      ? counts.failures
      : [{ name: suite, message: `No test failed, and yet the run ended with code ${exitCode}; see above.` }]
  return { ...counts, failed: 1, failures }
}

/**
 * @param {Counts[]} all
 * @returns {Counts}
 */
export function sum(all) {
  return all.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
      failures: [...a.failures, ...b.failures],
    }),
    { passed: 0, failed: 0, skipped: 0, failures: [] },
  )
}

/**
 * How a run ended: the last line says what passed and failed, and nothing else. Before it stands what was skipped, and
 * which tests failed with the beginning of what they said, because often nothing but the end of a run is kept.
 * @param {Counts} counts
 */
export function closing({ passed, failed, skipped, failures }) {
  return [
    ...(skipped > 0 ? [`${skipped} skipped, each with its reason above`] : []),
    ...failures.flatMap(({ name, message }) => [`FAILED ${name}`, ...firstLines(message)]),
    `${passed} passed, ${failed} failed`,
  ].join('\n')
}

/** @param {string} message */
function firstLines(message) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.slice(0, FIRST_LINES).map((line) => `    ${line}`)
}
