import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileRegex, loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import {
  lacksReaders,
  type Reading,
  random,
  startReaders,
  withMutations,
} from '../../oracle/readers.ts'
import type { GoProgram } from '../../support/go-program.ts'
import { titled } from '../../support/lanes.ts'

const lack = lacksReaders()

const patterns = [
  ...[
    '',
    'a*',
    'a+?',
    '(a',
    'a)',
    '[a',
    '[b-a]',
    '[[:alpha:]]',
    '[[:foo:]]',
    '[^[:digit:]a]',
    '[]a]',
  ],
  ...[
    '\\d+\\D',
    '\\w\\s',
    '\\pL',
    '\\p{Greek}',
    '\\p{Foo}',
    '\\P{Lu}',
    '\\Q.a.\\E',
    '\\Qa',
    'a\\E',
  ],
  ...[
    '(?i)abc',
    'a(?i)b(?-i)c',
    '(?s).',
    '(?m)^a$',
    '(?U)a+',
    '(?x)a',
    '(?P<n>a)',
    '(?P<1',
    '(?=a)',
  ],
  ...[
    '\\1',
    '\\012',
    '\\x41',
    '\\x{1F600}',
    '\\x{110000}',
    '\\z',
    '\\Z',
    '\\A',
    '\\b',
    '\\C',
    '\\cA',
  ],
  ...[
    'a{2,3}',
    'a{3,2}',
    'a{1001}',
    '(a{1000}){2}',
    'a{,2}',
    'a{x}',
    '*',
    'a**',
    'a++',
    '(?#a)',
    '(?>a)',
  ],
  ...[
    '(|a)',
    '||',
    '^*',
    '(?i)ſ',
    '(?i)K',
    '.',
    '[\\d-z]',
    '[a&&b]',
    '\\é',
    '[^\\n]',
    '(?z)',
    '(?',
    '\\',
  ],
  ...['^(?:a|ab)(?:c|bcd)$', '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', '\\d{3}-\\d{4}', '[z-\\x{1F600}]'],
]
const texts = [
  '',
  'a',
  'ab',
  'aaa',
  'abcd',
  'ABC',
  'é',
  '12',
  '_-',
  ' \n',
  'a\nb',
  '😀',
  '.a.',
  'ſsK',
]

/** Named groups without a `P`, which newer versions of Go know, and groups that share a name, which no one means. */
const isComparable = (pattern: string): boolean =>
  !/\(\?<|\(\?P<$|\\p\{LC\}/.test(pattern) && pattern.split('(?P<').length < 3

describe.skipIf(lack)(titled('patterns against Go’s regexp', lack), () => {
  let readers: GoProgram

  beforeAll(async () => {
    await loadRegexEngine()
    readers = await startReaders()
  })
  afterAll(() => readers[Symbol.asyncDispose]())

  test('the same patterns are refused, in the same words, and the others match the same', async () => {
    const letters = 'ab1*+?()[]{}|^$.\\-,:<>=!P iQEzdwpL#&n_'
    const mutated = withMutations(patterns, 3000, { letters, dice: random() })
    const cases = [...new Set(mutated)]
      .filter(isComparable)
      .flatMap(pattern => texts.map(text => ({ reader: 'pattern', pattern, text })))
    const answers = await readers.ask<Reading>(cases)
    const wrong = cases.flatMap(({ pattern, text }, at) => {
      const regex = compileRegex(pattern)
      const found =
        typeof regex === 'string'
          ? { error: regex }
          : { value: regex.findAll(text, Number.POSITIVE_INFINITY) }
      return JSON.stringify(found) === JSON.stringify(answers[at])
        ? []
        : [{ pattern, text, found, go: answers[at] }]
    })
    expect(wrong).toEqual([])
  })
})
