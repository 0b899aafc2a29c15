import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Duration } from '#kubernetes/cel/evaluate/values.ts'
import { parseDuration } from '#kubernetes/cel/library/duration-text.ts'
import { canonicalize } from '#kubernetes/schema/canonicalize.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { base64Problem, timeProblem } from '#kubernetes/schema/scalar-problems.ts'
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

const times = [
  ...[
    '2026-01-02T03:04:05Z',
    '2026-01-02T03:04:05.5Z',
    '2026-01-02T03:04:05.123456Z',
    '2026-01-02',
  ],
  ...['2026-01-02T03:04:05+02:00', '2026-01-02T03:04:05-23:59', '2026-02-30T03:04:05Z', 'x', '"'],
  ...[
    '2024-02-29T03:04:05Z',
    '2023-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
  ],
  ...[
    '2026-01-02T24:00:00Z',
    '2026-01-02T23:60:00Z',
    '2026-01-02T23:59:60Z',
    '2026-01-02 03:04:05Z',
  ],
  ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '1969-12-31T23:59:59.900000+01:00'],
]
const base64 = [
  '',
  'YQ==',
  'YWI=',
  'YWJj',
  'YQ',
  'YW\r\nJj',
  '-_-_',
  'YQ==YQ==',
  'YR==',
  'YWJjYWJjYWJj',
]
const durations = [
  ...[
    '1s',
    '1h30m',
    '-1.5h',
    '0',
    '.5s',
    '5.s',
    '1',
    '1d',
    '1µs',
    '1e3s',
    '2562047h47m16.854775807s',
  ],
  ...[
    '9223372036854775807ns',
    '9223372036854775808ns',
    '-9223372036854775808ns',
    '0.000000000001h',
  ],
]

/** Newer versions of Go name a year whole, and look at how large an offset is. */
const isOfOldGo = (text: string): boolean =>
  !/^\d{4}-/.test(text) ||
  /[+-](2[5-9]|[3-9]\d):|:(6[1-9]|[7-9]\d)[^:]*$|:[.,]|[+-]\d\d:[+-]|[-+.,][-+]/.test(text)

describe.skipIf(lack)(titled('times, durations and bytes against Go', lack), () => {
  let readers: GoProgram

  beforeAll(async () => {
    readers = await startReaders()
  })
  afterAll(() => readers[Symbol.asyncDispose]())

  test.each(['time', 'microTime'] as const)(
    'a %s is read, refused and written the same',
    async type => {
      const texts = withMutations(times, 4000, { letters: '0123456789-:TZ+., x', dice: random() })
      const compared = texts.filter(text => text && !isOfOldGo(text))
      const answers = await readers.ask<Reading>(
        compared.map(text => ({ reader: 'time', type, text })),
      )
      const ours = compared.map(text => {
        const error = timeProblem(text, type)
        return error ? { error } : { value: canonicalTime(text, type) }
      })
      expect(ours.map(withoutRest)).toEqual(answers.map(withoutRest))
    },
  )

  test('bytes are read, refused and written the same', async () => {
    const texts = withMutations(base64, 4000, { letters: 'YQWJj=\n\r +/-_ !é', dice: random() })
    const answers = await readers.ask<Reading>(texts.map(text => ({ reader: 'base64', text })))
    const ours = texts.map(text => {
      const error = base64Problem(text)
      return error ? { error } : { value: canonicalData(text) }
    })
    expect(ours).toEqual(answers)
  })

  test('the same texts are durations', async () => {
    const texts = withMutations(durations, 4000, {
      letters: '0123456789.hmsunµ+-e ',
      dice: random(),
    })
    const answers = await readers.ask<Reading>(texts.map(text => ({ reader: 'duration', text })))
    const wrong = texts.filter(
      (text, at) => parseDuration(text) instanceof Duration !== !answers[at]?.error,
    )
    expect(wrong).toEqual([])
  })
})

/** Newer versions of Go tell the rest of a text from where they stopped, older ones from behind it. */
const withoutRest = ({ value, error }: Reading): Reading =>
  error === undefined
    ? { value }
    : { error: error.replace(/cannot parse ".*" as/, 'cannot parse as') }

function canonicalTime(text: string, type: 'time' | 'microTime'): unknown {
  const lease = { metadata: { creationTimestamp: text }, spec: { renewTime: text } }
  canonicalize(lease, typeOf({ group: 'coordination.k8s.io', version: 'v1', kind: 'Lease' }))
  return type === 'time' ? lease.metadata.creationTimestamp : lease.spec.renewTime
}

function canonicalData(text: string): unknown {
  const secret = { data: { a: text } }
  canonicalize(secret, typeOf({ group: '', version: 'v1', kind: 'Secret' }))
  return secret.data.a
}

function typeOf(kind: { group: string; version: string; kind: string }) {
  const type = findObjectType(kind)
  if (!type) throw new Error(`no type for ${kind.kind}`)
  return type
}
