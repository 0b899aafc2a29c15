import { expect, test } from 'vitest'
import { isGood, readPlaywright, readVitest, summarize } from './test-results.mjs'

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
