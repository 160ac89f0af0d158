import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from './project.mjs'
import { closing, playwrightCounts, sum, vitestCounts } from './results.mjs'

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
  const playwright = (fields) => ({
    stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 0 },
    suites: [],
    errors: [],
    ...fields,
  })

  it('is what the runners counted', () => {
    expect(vitestCounts(report(vitest({})), 0, 'Unit tests')).toEqual({
      passed: 3,
      failed: 0,
      skipped: 1,
      failures: [],
    })
    const stats = { expected: 4, unexpected: 2, flaky: 0, skipped: 0 }
    expect(playwrightCounts(report(playwright({ stats })), 1, 'End')).toMatchObject({
      passed: 4,
      failed: 2,
      skipped: 0,
    })
  })

  it('names each test that failed, with what it said', () => {
    const test = {
      ancestorTitles: ['a folder', 'in another'],
      title: 'is made',
      failureMessages: ['Expected 1', 'Also 2'],
    }
    const testResults = [
      {
        name: join(root, 'core', 'paths.test.ts'),
        status: 'failed',
        assertionResults: [
          { ...test, status: 'failed' },
          { ...test, title: 'goes well', status: 'passed' },
        ],
      },
    ]
    expect(vitestCounts(report(vitest({ numFailedTests: 1, testResults })), 1, 'Unit tests').failures).toEqual([
      { name: 'core/paths.test.ts › a folder › in another › is made', message: 'Expected 1\nAlso 2' },
    ])

    const failed = { status: 'unexpected', results: [{ errors: [{ message: 'Timed out' }] }] }
    const suites = [
      {
        title: 'chat.spec.ts',
        specs: [{ title: 'alone', tests: [{ status: 'expected', results: [] }] }],
        suites: [{ title: 'a chat', specs: [{ title: 'is sent', tests: [failed] }] }],
      },
    ]
    expect(playwrightCounts(report(playwright({ suites })), 1, 'End-to-end tests').failures).toEqual([
      { name: 'e2e/chat.spec.ts › a chat › is sent', message: 'Timed out' },
    ])
  })

  it('counts a file that could not be loaded as a failure', () => {
    const testResults = [
      { name: join(root, 'core', 'a.test.ts'), status: 'failed', message: 'No such module', assertionResults: [] },
    ]
    expect(vitestCounts(report(vitest({ testResults })), 1, 'Unit tests')).toMatchObject({
      failed: 1,
      failures: [{ name: 'core/a.test.ts', message: 'No such module' }],
    })
  })

  it('is never green when the runner failed or left no report, and says which', () => {
    const nameless = vitestCounts(report(vitest({})), 7, 'Unit tests')
    expect(nameless).toMatchObject({
      failed: 1,
      failures: [{ name: 'Unit tests', message: expect.stringMatching(/code 7/) }],
    })
    const absent = vitestCounts(join(folder, 'absent.json'), 0, 'Unit tests')
    expect(absent).toMatchObject({
      failed: 1,
      failures: [{ name: 'Unit tests', message: expect.stringMatching(/no report/) }],
    })
    writeFileSync(join(folder, 'cut.json'), '{"stats":')
    expect(playwrightCounts(join(folder, 'cut.json'), 0, 'End-to-end tests').failed).toBe(1)
    const errors = [{ message: 'No such fixture' }]
    expect(playwrightCounts(report(playwright({ errors })), 1, 'End-to-end tests')).toMatchObject({
      failed: 1,
      failures: [{ name: 'End-to-end tests', message: 'No such fixture' }],
    })
  })

  it('ends in one line that adds all of them up', () => {
    const all = [
      { passed: 3, failed: 0, skipped: 0, failures: [] },
      { passed: 4, failed: 0, skipped: 0, failures: [] },
    ]
    expect(closing(sum(all))).toBe('7 passed, 0 failed')
    expect(closing({ passed: 7, failed: 0, skipped: 2, failures: [] })).toBe(
      '2 skipped, each with its reason above\n7 passed, 0 failed',
    )
  })

  it('says just before that line which tests failed, of all suites', () => {
    const message =
      '\u001b[31mAssertionError\u001b[39m: expected 1 to be 2\n\n    at a\n    at b\n    at c\n    at d\n    at e'
    const all = [
      { passed: 3, failed: 1, skipped: 1, failures: [{ name: 'a.test.ts › counts', message }] },
      { passed: 4, failed: 1, skipped: 0, failures: [{ name: 'e2e/b.spec.ts › opens', message: 'Timed out' }] },
    ]
    expect(closing(sum(all)).split('\n')).toEqual([
      '1 skipped, each with its reason above',
      'FAILED a.test.ts › counts',
      '    AssertionError: expected 1 to be 2',
      '    at a',
      '    at b',
      '    at c',
      '    at d',
      'FAILED e2e/b.spec.ts › opens',
      '    Timed out',
      '7 passed, 2 failed',
    ])
  })
})
