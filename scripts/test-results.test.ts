import { describe, expect, test } from 'vitest'
import {
  failedFiles,
  isGood,
  readPlaywright,
  readVitest,
  summarize,
  withSecondTry,
} from './test-results.mjs'

const vitest = (status: string, assertionResults: unknown[], success = status !== 'failed') => ({
  success,
  testResults: [{ name: '/a.test.ts', status, assertionResults }],
})
const of = (title: string, status: string) => ({ ancestorTitles: ['suite'], title, status })

test('passed, failed and skipped tests are counted', () => {
  const results = readVitest(
    vitest('failed', [of('a', 'passed'), of('b', 'failed'), of('c', 'pending'), of('d', 'todo')]),
  )
  expect(summarize(results)).toBe('1 passed, 1 failed, 2 skipped')
  expect(results[0]).toEqual({ file: '/a.test.ts', name: 'suite > a', state: 'passed' })
  expect(isGood(results)).toBe(false)
})

test('a file that could not be loaded is a failure', () => {
  expect(summarize(readVitest(vitest('failed', [])))).toBe('0 passed, 1 failed, 0 skipped')
})

test('a test that passed only when repeated counts and is marked', () => {
  const results = readVitest(
    vitest('passed', [
      { ...of('a', 'passed'), failureMessages: [] },
      { ...of('b', 'passed'), failureMessages: ['AssertionError: too slow'] },
    ]),
  )
  expect(summarize(results)).toBe('2 passed, 0 failed, 0 skipped')
  expect(results.filter(result => result.repeated).map(result => result.name)).toEqual([
    'suite > b',
  ])
})

test('an error outside of tests is a failure', () => {
  const results = readVitest(vitest('passed', [of('a', 'passed')], false))
  expect(summarize(results)).toBe('1 passed, 1 failed, 0 skipped')
})

test('an error outside of tests is one beside other failures, and says why', () => {
  const report = vitest('failed', [of('a', 'failed')])
  const results = readVitest({ ...report, unhandledErrors: [{ message: 'later' }] })
  expect(summarize(results)).toBe('0 passed, 2 failed, 0 skipped')
  expect(results.at(-1)).toMatchObject({ name: 'an error outside of tests', why: 'later' })
})

test('a run in which nothing ran is not good', () => {
  expect(isGood(readVitest(vitest('passed', [])))).toBe(false)
  expect(isGood(readVitest(vitest('passed', [of('a', 'pending')])))).toBe(false)
  expect(isGood(readVitest(vitest('passed', [of('a', 'passed')])))).toBe(true)
})

test('a test in the browser that passed only when repeated counts and is marked', () => {
  const spec = (title: string, status: string) => ({ title, file: 'e2e.ts', tests: [{ status }] })
  const results = readPlaywright({
    suites: [
      {
        specs: [spec('a', 'expected'), spec('b', 'flaky')],
        suites: [{ title: 'inner', specs: [spec('c', 'skipped')] }],
      },
    ],
    errors: [],
  })
  expect(summarize(results)).toBe('2 passed, 0 failed, 1 skipped')
  expect(results.filter(result => result.repeated).map(result => result.name)).toEqual(['b'])
  expect(results.at(-1)?.name).toBe('inner > c')
})

test('what failed says why, in few lines and without colours', () => {
  const message = '\u001b[31mError: no\u001b[39m\n\n  at a\n'.padEnd(400, '  at b\n')
  const [fromVitest] = readVitest(
    vitest('failed', [{ ...of('a', 'failed'), failureMessages: [message] }]),
  )
  const [fromBrowser] = readPlaywright({
    suites: [
      {
        specs: [
          {
            title: 'a',
            file: 'e2e.ts',
            tests: [{ status: 'unexpected', results: [{ error: { message } }] }],
          },
        ],
      },
    ],
  })
  for (const result of [fromVitest, fromBrowser]) {
    expect(result?.why?.split('\n')).toHaveLength(8)
    expect(result?.why).toMatch(/^Error: no\n {2}at a\n/)
  }
  expect(readVitest(vitest('failed', []))[0]).not.toHaveProperty('why')
})

test('what ran in the browser does not stand for what did not run in Electron', () => {
  const tests = [
    { status: 'expected', projectName: 'browser' },
    { status: 'skipped', projectName: 'electron' },
  ]
  const results = readPlaywright({
    suites: [{ specs: [{ file: 'x.e2e.ts', title: 'a', tests }] }],
    errors: [],
  })
  expect(results.map(({ name, state }) => [name, state])).toEqual([
    ['a', 'passed'],
    ['in Electron > a', 'skipped'],
  ])
})

describe('a second try of files', () => {
  const ofFile = (
    name: string,
    status: string,
    tests: [string, string, string?][],
    message = '',
  ) => ({
    name,
    status,
    message,
    assertionResults: tests.map(([title, state, failure]) => ({
      ...of(title, state),
      fullName: title,
      failureMessages: failure ? [failure] : [],
    })),
  })
  const first = {
    success: false,
    testResults: [
      ofFile('/good.test.ts', 'passed', [['good', 'passed']]),
      ofFile('/hook.test.ts', 'failed', [['in the hook’s suite', 'skipped']], 'no engine'),
      ofFile('/one.test.ts', 'failed', [
        ['sure', 'passed'],
        ['unsure', 'failed', 'too slow'],
      ]),
      ofFile('/dead.test.ts', 'failed', [['waiting', 'pending']]),
    ],
    unhandledErrors: [{ file: '/dead.test.ts', message: 'killed by a signal' }],
  }
  const again = (status: string) => ({
    success: status === 'passed',
    testResults: [
      ofFile('/hook.test.ts', status, [['in the hook’s suite', status]]),
      ofFile('/one.test.ts', 'passed', [
        ['sure', 'passed'],
        ['unsure', 'passed'],
      ]),
      ofFile('/dead.test.ts', 'passed', [['waiting', 'passed']]),
    ],
  })

  test('counts in place of the first, and is named with what that said', () => {
    const results = readVitest(withSecondTry(first, again('passed')))
    expect(summarize(results)).toBe('5 passed, 0 failed, 0 skipped')
    expect(results.flatMap(({ name, repeated, why }) => (repeated ? [[name, why]] : []))).toEqual([
      ['suite > in the hook’s suite', 'no engine'],
      ['suite > unsure', 'too slow'],
      ['suite > waiting', 'killed by a signal'],
    ])
  })

  test('that fails as well is a failure', () => {
    const results = readVitest(withSecondTry(first, again('failed')))
    expect(summarize(results)).toBe('4 passed, 1 failed, 0 skipped')
    expect(isGood(results)).toBe(false)
  })

  test('is made of each file in which something failed, once', () => {
    expect(failedFiles(readVitest(first))).toEqual([
      '/hook.test.ts',
      '/one.test.ts',
      '/dead.test.ts',
    ])
  })
})
