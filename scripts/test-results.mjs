// Reads what test runners report, and adds it up.
import { stripVTControlCharacters } from 'node:util'

/**
 * @typedef {{ file: string, name: string, state: 'passed' | 'failed' | 'skipped', repeated?: true, why?: string }} TestResult
 * `why`: what the first failure said, of a failed or repeated test.
 */

/**
 * Vitest's JSON. A file that could not be loaded, and errors outside of tests, count as failed tests. A test that passed
 * only when repeated keeps the failures of its first try; it counts, and is marked to be named.
 * @returns {TestResult[]}
 */
export function readVitest(report) {
  const results = report.testResults.flatMap(
    ({ name: file, status, message, assertionResults }) => {
      const tests = assertionResults.map(test => ({
        file,
        name: [...test.ancestorTitles, test.title].join(' > '),
        state: toState(test.status),
        ...(test.status === 'passed' && test.failureMessages?.length ? { repeated: true } : {}),
        ...reason(test.failureMessages?.[0]),
      }))
      const isBroken = status === 'failed' && !tests.some(({ state }) => state === 'failed')
      const itself = { file, name: 'the file itself', state: 'failed', ...reason(message) }
      return isBroken ? [...tests, itself] : tests
    },
  )
  const isSilent = !report.success && !results.some(({ state }) => state === 'failed')
  return isSilent
    ? [...results, { file: '', name: 'an error outside of tests', state: 'failed' }]
    : results
}

/** The window's tests run once more in Electron: results of the two hosts do not stand for each other. */
const inElectron = project => (project === 'electron' ? ['in Electron'] : [])

/** Playwright's JSON; a test that passed only when repeated is marked, too. @returns {TestResult[]} */
export function readPlaywright(report) {
  const results = []
  const visit = (suite, titles) => {
    for (const spec of suite.specs ?? []) {
      for (const { status, projectName, results: tries } of spec.tests) {
        const state =
          { expected: 'passed', flaky: 'passed', skipped: 'skipped' }[status] ?? 'failed'
        const name = [...inElectron(projectName), ...titles, spec.title].join(' > ')
        results.push({
          file: spec.file,
          name,
          state,
          ...(status === 'flaky' ? { repeated: true } : {}),
          ...reason(tries?.find(({ error }) => error)?.error.message),
        })
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, [...titles, inner.title])
  }
  for (const file of report.suites) visit(file, [])
  for (const { message } of report.errors ?? []) {
    results.push({ file: '', name: String(message).split('\n')[0], state: 'failed' })
  }
  return results
}

/** The line that ends a run: `N passed, N failed, N skipped`. @param {TestResult[]} results */
export function summarize(results) {
  const count = state => results.filter(result => result.state === state).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
}

/** Whether a run is good: something ran and nothing failed. @param {TestResult[]} results */
export function isGood(results) {
  return (
    results.some(({ state }) => state === 'passed') &&
    !results.some(({ state }) => state === 'failed')
  )
}

const mostLines = 8

/** The beginning of what a failure said, without a terminal's colours. */
function reason(message) {
  if (!message) return {}
  const lines = stripVTControlCharacters(message).split('\n')
  return {
    why: lines
      .filter(line => line.trim())
      .slice(0, mostLines)
      .join('\n'),
  }
}

function toState(status) {
  if (status === 'passed') return 'passed'
  return status === 'failed' ? 'failed' : 'skipped'
}
