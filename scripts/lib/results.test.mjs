import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closingLine, playwrightCounts, sum, vitestCounts } from './results.mjs'

describe('the result of a test run', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-results-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const report = (content) => {
    const path = join(folder, 'report.json')
    writeFileSync(path, JSON.stringify(content))
    return path
  }
  const vitest = (fields) => ({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [],
    ...fields,
  })

  it('is what the runners counted', () => {
    expect(vitestCounts(report(vitest({})), 0)).toEqual({ passed: 3, failed: 0, skipped: 1 })
    const stats = { expected: 4, unexpected: 2, flaky: 0, skipped: 0 }
    expect(playwrightCounts(report({ stats }), 1)).toEqual({ passed: 4, failed: 2, skipped: 0 })
  })

  it('counts a file that could not be loaded as a failure', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }]
    expect(vitestCounts(report(vitest({ testResults })), 1).failed).toBe(1)
  })

  it('is never green when the runner failed or left no report', () => {
    expect(vitestCounts(report(vitest({})), 1).failed).toBe(1)
    expect(vitestCounts(join(folder, 'absent.json'), 0).failed).toBe(1)
    writeFileSync(join(folder, 'cut.json'), '{"stats":')
    expect(playwrightCounts(join(folder, 'cut.json'), 0).failed).toBe(1)
  })

  it('ends in one line that adds all of them up', () => {
    const all = [
      { passed: 3, failed: 0, skipped: 0 },
      { passed: 4, failed: 1, skipped: 0 },
    ]
    expect(closingLine(sum(all))).toBe('7 passed, 1 failed')
    expect(closingLine({ passed: 7, failed: 0, skipped: 2 })).toBe(
      '2 skipped, each with its reason above\n7 passed, 0 failed',
    )
  })
})
