import { beforeAll, describe, expect, test } from 'vitest'
import { compileExpression } from '../cel.ts'
import { withVariables } from '../check/environment.ts'
import { dynType } from '../check/types.ts'
import { CelError, type Value } from '../evaluate/values.ts'
import { kubernetesEnvironment } from '../library/kubernetes-environment.ts'
import { loadRegexEngine } from '../library/regex-engine.ts'
import { perCallLimit } from './limits.ts'

beforeAll(loadRegexEngine)

function compile(source: string) {
  return compileExpression(source, withVariables(kubernetesEnvironment(), { self: dynType }))
}

/** What comes of an evaluation within the limit of one call: the value, or why there is none. */
function outcomeOf(source: string, self: Value): Value {
  const compiled = compile(source)
  if ('error' in compiled) throw new Error(compiled.error)
  try {
    const { value } = compiled.program.evaluate(() => self, perCallLimit)
    return value instanceof CelError ? value.message : value
  } catch (error) {
    return String(error)
  }
}

const exceeded = 'CostExceeded: operation cancelled: actual cost limit exceeded'
const many = `[${'0, '.repeat(2000)}0]`

describe('no text of a user holds the server up for long', () => {
  test.each<[what: string, source: string, self: string, outcome: Value]>([
    [
      'one long text between all letters of another',
      "self.replace('', self) != ''",
      'x'.repeat(20_000),
      exceeded,
    ],
    [
      'a text that multiplies',
      "self.replace('', self).replace('', self) != ''",
      'x'.repeat(600),
      exceeded,
    ],
    [
      'a list that is joined by a long text',
      "self.split('').join(self) != ''",
      'x'.repeat(100_000),
      exceeded,
    ],
    [
      'a long text in many places',
      `self.format(${many}.map(x, self)) != ''`,
      '%s'.repeat(20_000),
      exceeded,
    ],
    [
      'what nearly occurs everywhere',
      "self.lastIndexOf(self.substring(1) + 'ba') < 0",
      'a'.repeat(200_000),
      true,
    ],
    [
      'what nearly occurs, in a longer text',
      "(self + self + self).lastIndexOf(self + 'ba') < 0",
      'a'.repeat(100_000),
      exceeded,
    ],
    [
      'blanks within a text',
      `${many}.all(x, self.trim() == self)`,
      `x${' '.repeat(100_000)}x`,
      exceeded,
    ],
    [
      'a number with too many digits',
      `${many}.all(x, int(self) == 0)`,
      '9'.repeat(300_000),
      "type conversion error from 'string' to 'int'",
    ],
    [
      'nearly a number',
      `${many}.all(x, double(self) == 0.0)`,
      `${'9'.repeat(30_000)}x`,
      "type conversion error from 'string' to 'double'",
    ],
    [
      'a duration with too many digits',
      `${many}.all(x, duration(self) == self)`,
      `${'9'.repeat(300_000)}h`,
      exceeded,
    ],
    [
      'a duration of many parts',
      `${many}.all(x, duration(self) == duration('0s'))`,
      '0h'.repeat(100_000),
      exceeded,
    ],
    ['a version with too many digits', 'isSemver(self)', `1.2.${'9'.repeat(300_000)}`, false],
  ])('%s', (_what, source, self, outcome) => {
    const started = performance.now()
    expect(outcomeOf(source, self)).toBe(outcome)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

describe('an expression is refused that', () => {
  const nested = (inner: string, link: string) =>
    Array.from({ length: 20 }).reduce<string>(text => `(${text}${link.repeat(200)})`, inner)

  test.each([
    [
      'is deeper than it looks',
      `${nested('1', '+1')} > 0`,
      'expression recursion limit exceeded: 250',
    ],
    [
      'goes into fields for ever',
      `${nested('self', '.a')} > 0`,
      'expression recursion limit exceeded: 250',
    ],
    [
      'doubles with each call',
      `optional.of(1)${'.optMap(x, x)'.repeat(60)} == self`,
      'expression has more than 100000 parts',
    ],
  ])('%s', (_what, source, problem) => {
    const compiled = compile(source)
    expect('error' in compiled ? compiled.error : 'no error').toContain(problem)
  })
})
