import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { officialTests } from '../test/conformance/support/generated/official-tests.ts'
import { conformancePage, readOutcomes, summarizeOutcomes } from './conformance-page.ts'

const suite = path.resolve('test/conformance/suite')

test('docs/conformance.md names as run exactly the tests that exist', () => {
  const sources = readdirSync(suite, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts'))
    .map(file => readFileSync(path.join(suite, file), 'utf8'))
  const outcomes = new Map(
    officialTests.map(
      ({ codename }) =>
        [codename, sources.some(source => source.includes(codename)) ? 'pass' : 'absent'] as const,
    ),
  )
  expect(readFileSync('docs/conformance.md', 'utf8')).toBe(conformancePage(outcomes))
})

test('a run is read by codename; a name that the official suite does not have is an error', () => {
  const [first, second, third] = officialTests.map(({ codename }) => codename)
  const of = (name = '', state = 'passed') => ({ file: `${suite}/x.test.ts`, name, state })
  const outcomes = readOutcomes([of(first), of(second, 'failed'), of(third, 'skipped')])
  expect(summarizeOutcomes(outcomes)).toBe('1 pass, 1 fail, 439 absent of 441')
  expect(conformancePage(outcomes)).toContain('| **all** | 1 | 1 | 439 |')
  expect(() => readOutcomes([of('another')])).toThrow('the official suite has no test "another"')
})
