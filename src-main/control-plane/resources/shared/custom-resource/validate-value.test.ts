import { describe, expect, test } from 'vitest'
import { fitsFormat } from './formats.ts'
import type { Schema } from './schema.ts'
import { validateListTypes, validateValue } from './validate-value.ts'

const textsOf = (value: unknown, schema: Schema, old?: unknown) =>
  validateValue(value, schema, { path: 'spec', old }).map(
    ({ field, message }) => `${field}: ${message}`,
  )

describe('a value is judged by', () => {
  test.each<[what: string, value: unknown, schema: Schema, problems: string[]]>([
    ['a number that may be whole', 1, { type: 'number' }, []],
    [
      'a whole number',
      1.5,
      { type: 'integer' },
      ['spec: Invalid value: "number": spec in body must be of type integer: "number"'],
    ],
    [
      'null',
      null,
      { type: 'string' },
      ['spec: Invalid value: "null": spec in body must be of type string: "null"'],
    ],
    ['a null that is allowed', null, { type: 'string', nullable: true, minLength: 1 }, []],
    [
      'an exclusive bound',
      3,
      { type: 'integer', minimum: 3, exclusiveMinimum: true },
      ['spec: Invalid value: 3: spec in body should be greater than 3'],
    ],
    [
      'a multiple',
      0.35,
      { type: 'number', multipleOf: 0.1 },
      ['spec: Invalid value: 0.35: spec in body should be a multiple of 0.1'],
    ],
    ['a fraction that is a multiple', 0.3, { type: 'number', multipleOf: 0.1 }, []],
    [
      'a length in characters',
      '🙂',
      { type: 'string', minLength: 2 },
      ['spec: Invalid value: "🙂": spec in body should be at least 2 chars long'],
    ],
    [
      'a least number of items',
      [],
      { type: 'array', minItems: 1 },
      ['spec: Invalid value: 0: spec in body should have at least 1 items'],
    ],
    [
      'a greatest number of members',
      { a: 1, b: 2 },
      { type: 'object', maxProperties: 1 },
      ['spec: Too many: 2: must have at most 1 items'],
    ],
    [
      'the schema of open objects',
      { a: 'x', b: 2 },
      { type: 'object', additionalProperties: { type: 'string' } },
      ['spec.b: Invalid value: "integer": spec.b in body must be of type string: "integer"'],
    ],
    [
      'anyOf',
      5,
      { type: 'integer', anyOf: [{ maximum: 1 }, { minimum: 10 }] },
      [
        '<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)',
        'spec: Invalid value: 5: spec in body should be less than or equal to 1',
      ],
    ],
    [
      'oneOf that two fit',
      5,
      { type: 'integer', oneOf: [{ maximum: 10 }, { minimum: 1 }] },
      [
        '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
    [
      'oneOf that none fits',
      {},
      { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      [
        '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
        'spec.a: Required value',
      ],
    ],
    [
      'allOf',
      5,
      { type: 'integer', allOf: [{ maximum: 10 }, { maximum: 1 }] },
      [
        'spec: Invalid value: 5: spec in body should be less than or equal to 1',
        '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
      ],
    ],
    [
      'not',
      5,
      { type: 'integer', not: { minimum: 1 } },
      ['<nil>: Invalid value: "": "spec" must not validate the schema (not)'],
    ],
    [
      'an embedded object’s own names',
      { kind: 'A' },
      {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
      ['spec.apiVersion: Required value: must not be empty'],
    ],
  ])('%s', (_what, value, schema, problems) => {
    expect(textsOf(value, schema)).toEqual(problems)
  })
})

test('items of a keyed list are known again by their keys, those of others are not', () => {
  const keyed: Schema = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: { type: 'object', properties: { size: { type: 'integer', maximum: 1 } } },
  }
  const old = [{ name: 'a', size: 5 }]
  const next = [{ name: 'b', size: 0 }, ...old]
  expect(textsOf(next, keyed, old)).toEqual([])
  expect(textsOf(next, { ...keyed, 'x-kubernetes-list-type': 'atomic' }, old)).toEqual([
    'spec[1].size: Invalid value: 5: spec[1].size in body should be less than or equal to 1',
  ])
})

test('sets of objects and lists within lists are looked at for repeats', () => {
  const set: Schema = { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } }
  const nested: Schema = { type: 'array', items: set }
  expect(validateListTypes([['a'], ['b', 'b']], nested, 'spec')).toEqual([
    { type: 'FieldValueDuplicate', field: 'spec[1][1]', message: 'Duplicate value: "b"' },
  ])
})

describe('formats', () => {
  test.each<[format: string, good: string[], bad: string[]]>([
    ['date', ['2026-02-28'], ['2026-02-30', '28.2.2026']],
    ['date-time', ['2026-02-28T10:00:00Z', '2026-02-28T10:00:00.5+02:00'], ['2026-02-28 10:00']],
    ['duration', ['1h30m', '5s', '3 days', '0'], ['soon', '5']],
    ['ipv4', ['10.0.0.1'], ['10.0.0.256', '::1']],
    ['ipv6', ['::1'], ['10.0.0.1']],
    ['cidr', ['10.0.0.0/8', '::/0'], ['10.0.0.0', '10.0.0.0/33']],
    ['mac', ['00:1b:63:84:45:e6'], ['00:1b:63']],
    ['uuid', ['a3bb189e-8bf9-3888-9912-ace4e6543002'], ['a3bb']],
    ['uuid4', ['16fd2706-8baf-433b-82eb-8c7fada847da'], ['a3bb189e-8bf9-3888-9912-ace4e6543002']],
    ['byte', ['aGk=', ''], ['hi!']],
    ['uri', ['https://a.b/c', '/path'], ['no uri']],
    ['email', ['a@b.c'], ['a.b.c']],
    ['hostname', ['a.example.com'], ['-a', 'a..b']],
    ['hexcolor', ['#fff', '#00ff00'], ['#ff']],
    ['isbn', ['978-3-16-148410-0', '0-306-40615-2'], ['978-3-16-148410-1']],
    ['creditcard', ['4111 1111 1111 1111'], ['4111 1111 1111 1112']],
    ['of-no-kind', ['anything'], []],
  ])('%s', (format, good, bad) => {
    expect(good.filter(text => !fitsFormat(text, format))).toEqual([])
    expect(bad.filter(text => fitsFormat(text, format))).toEqual([])
  })
})
