import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseYaml } from '#control-plane/apiserver/codec/yaml.ts'
import { lacksReaders, type Reading, startReaders } from '../../oracle/readers.ts'
import type { GoProgram } from '../../support/go-program.ts'
import { titled } from '../../support/lanes.ts'

const lack = lacksReaders()

const values = [
  ...[
    'yes',
    'No',
    'ON',
    'y',
    'N',
    'tRUE',
    '~',
    'Null',
    'nULL',
    '',
    '0',
    '-0',
    '+1',
    '1_000',
    '_1',
    '0x1F',
  ],
  ...[
    '0xg',
    '0b11',
    '0b12',
    '0o17',
    '0o18',
    '017',
    '09',
    '-017',
    '1e3',
    '1.',
    '.5',
    '.',
    '1e',
    '12:30:45',
  ],
  ...[
    '2026-01-02',
    '2026-01-02T03:04:05Z',
    '"1"',
    "'it''s'",
    '"\\x41\\u00e9"',
    '"\\q"',
    '!!str 1',
    '!!int "1"',
  ],
  ...[
    '!!bool yes',
    '!!binary aGk=',
    '!foo bar',
    '<<',
    '=',
    '@a',
    '`a',
    '%a',
    'a:b',
    'a: b',
    '- a',
    '#a',
    'a#b',
  ],
  ...[
    '|',
    '>',
    '[a, b,]',
    '[a,,b]',
    '{a: 1,}',
    '{a}',
    '[a: 1]',
    '{"a":1}',
    '1.14.2',
    '1e400',
    '1e-7',
    '1e21',
  ],
  ...[
    '9223372036854775808',
    '1000000.0',
    '--',
    '---',
    '+',
    '0x',
    '"a',
    "a'b",
    '[',
    '{',
    '*a',
    '&a 1',
    '~a',
    '.nan',
  ],
]
const documents = [
  ...[
    '',
    '#c',
    '---',
    '--- a',
    'a: 1\n---\nb: 2',
    'a: 1\n...',
    '%YAML 1.1\n---\na: 1',
    '\ufeffa: 1',
    '- a\n-b',
  ],
  ...[
    'a: 1\na: 2',
    'a: {b: 1, b: 2}',
    '1: a\n1: b',
    'yes: 1\ntrue: 2',
    '~: 1',
    '[a]: 1',
    '? a\n: b',
    '1.5: a',
  ],
  ...[
    'a: &x 1\nb: *x',
    'a: *x',
    'a: &x {b: *x}',
    'a: &x {b: 1}\nc:\n  <<: *x\n  d: 2',
    'a:\n  <<: 1',
    'a: b: c',
  ],
  ...[
    'a: |\n  b\n  c\n',
    'a: |-\n  b\n',
    'a: |+\n  b\n\n',
    'a: >\n  b\n  c\n\n  d\n',
    'a: |\n  b',
    'a: |2\n   b',
  ],
  ...[
    '\ta: b',
    'a:\n\tb: c',
    'a:\tb',
    'a:\n- b\n- c',
    'a:\n - b\n- c',
    'a: b\n c',
    'a: "b\n  c"',
    'a: [b,\n c]',
  ],
  ...[
    '{a: b',
    'a: ]',
    'a: b #c',
    'a: b#c',
    '"a": b',
    'a : b',
    '- - a\n  - b',
    'x: a\u0001b',
    'x: a\u007fb',
  ],
  ...[
    'a: 1\r\nb: 2\r\n',
    'a: - b',
    'a: !!str',
    'a: "b" c',
    'a:\n  b: 1\n c: 2',
    'a: 1\n b: 2',
    '{\n\t"a":1\n}',
  ],
]

describe.skipIf(lack)(titled('YAML bodies against Kubernetes’ converter', lack), () => {
  let readers: GoProgram

  beforeAll(async () => {
    readers = await startReaders()
  })
  afterAll(() => readers[Symbol.asyncDispose]())

  test('the same documents are refused, and the others are the same data with the same repeated keys', async () => {
    const texts = [...documents, ...values.flatMap(value => [`a: ${value}`, `[${value}]`])]
    const answers = await readers.ask<Reading>(texts.map(text => ({ reader: 'yaml', text })))
    const wrong: object[] = []
    for (const [at, text] of texts.entries()) {
      const { value = null, error, errors = [] } = answers[at] ?? {}
      const go = error ? 'refused' : { value, errors }
      const ours = await read(text)
      if (canonical(ours) !== canonical(go)) wrong.push({ text, ours, go: error ?? go })
    }
    expect(wrong).toEqual([])
  })
})

async function read(text: string): Promise<unknown> {
  try {
    const { value, duplicates } = await parseYaml(text)
    const lines = duplicates.map(line => `  ${line}`)
    return { value, errors: lines.length ? [`yaml: unmarshal errors:\n${lines.join('\n')}`] : [] }
  } catch {
    return 'refused'
  }
}

/** JSON whose members are sorted. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
