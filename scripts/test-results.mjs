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
  const outside = (report.unhandledErrors ?? []).map(({ file = '', message }) => ({
    ...outsideOfTests,
    file,
    ...reason(message),
  }))
  const all = [...results, ...outside]
  const isSilent = !report.success && !all.some(({ state }) => state === 'failed')
  return isSilent ? [...all, outsideOfTests] : all
}

const outsideOfTests = { file: '', name: 'an error outside of tests', state: 'failed' }

/** The files in which something failed. @param {TestResult[]} results */
export const failedFiles = results => [
  ...new Set(results.filter(({ state }) => state === 'failed').map(({ file }) => file)),
]

/**
 * Vitest's JSON of a run, with files of it that ran once more in place of their first try: what passed only then keeps
 * what the first one said, and is marked like a repeated test.
 */
export function withSecondTry(first, second) {
  const isAgain = file => second.testResults.some(({ name }) => name === file)
  const firstOf = file => first.testResults.find(({ name }) => name === file)
  const outside = (first.unhandledErrors ?? []).filter(({ file }) => !isAgain(file))
  const kept = first.testResults.filter(({ name }) => !isAgain(name))
  return {
    ...first,
    success: second.success && kept.every(({ status }) => status === 'passed'),
    testResults: [
      ...kept,
      ...second.testResults.map(file => afterFirst(file, firstOf(file.name), first)),
    ],
    unhandledErrors: [...outside, ...(second.unhandledErrors ?? [])],
  }
}

/** A file's second try; a test that did not fail at first is marked when the file itself did. */
function afterFirst(file, before, { unhandledErrors = [] }) {
  const outside = unhandledErrors.find(({ file: other }) => other === file.name)?.message
  const ofFile = before?.message || outside
  const failuresOf = title =>
    before?.assertionResults.find(({ fullName }) => fullName === title)?.failureMessages ?? []
  const assertionResults = file.assertionResults.map((test, index) => {
    const failures = failuresOf(test.fullName)
    if (failures.length) return { ...test, failureMessages: failures }
    return index === 0 && ofFile ? { ...test, failureMessages: [ofFile] } : test
  })
  return { ...file, assertionResults }
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
