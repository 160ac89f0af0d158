import { readJson } from './project.mjs'

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * What a run of vitest counted. A file that could not be loaded, and a run that left no report, count as one failure.
 * @param {string} reportFile
 * @param {number} exitCode
 * @returns {Counts}
 */
export function vitestCounts(reportFile, exitCode) {
  const report = readJson(reportFile)
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  const broken = report.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  return atLeastOneFailure(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    exitCode,
  )
}

/**
 * What a run of Playwright counted.
 * @param {string} reportFile
 * @param {number} exitCode
 * @returns {Counts}
 */
export function playwrightCounts(reportFile, exitCode) {
  const report = readJson(reportFile)
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, unexpected, flaky, skipped } = report.stats
  return atLeastOneFailure({ passed: expected + flaky, failed: unexpected, skipped }, exitCode)
}

/**
 * A runner may fail for a reason that is no test: an error outside of any, a broken configuration.
 * @param {Counts} counts
 * @param {number} exitCode
 * @returns {Counts}
 */
function atLeastOneFailure(counts, exitCode) {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/**
 * @param {Counts[]} all
 * @returns {Counts}
 */
export function sum(all) {
  return all.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}

/**
 * How a run ended: the last line says what passed and failed, and nothing else; what was skipped stands before it.
 * @param {Counts} counts
 */
export function closingLine({ passed, failed, skipped }) {
  return `${skipped > 0 ? `${skipped} skipped, each with its reason above\n` : ''}${passed} passed, ${failed} failed`
}
