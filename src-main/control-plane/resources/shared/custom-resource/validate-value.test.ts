import { beforeAll, describe, expect, test } from 'vitest'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import type { Schema } from './schema.ts'
import { validateListTypes, validateValue } from './validate-value.ts'

beforeAll(loadRegexEngine)

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
      'a large number by a larger one',
      2,
      { type: 'integer', multipleOf: 4_000_000_000 },
      ['spec: Invalid value: 2: spec in body should be a multiple of 4000000000'],
    ],
    [
      'a whole number by the whole part of a bound',
      2,
      { type: 'integer', maximum: 1.5 },
      ['spec: Invalid value: 2: spec in body should be less than or equal to 1'],
    ],
    [
      'a fraction by a bound that Go writes with an exponent',
      1234567.5,
      { type: 'number', maximum: 1_000_000 },
      ['spec: Invalid value: 1.2345675e+06: spec in body should be less than or equal to 1e+06'],
    ],
    [
      'a number of more than 64 bits',
      1e21,
      { type: 'integer' },
      ['spec: Invalid value: "number": spec in body must be of type integer: "number"'],
    ],
    [
      'a number where a format is',
      5,
      { type: 'string', format: 'date' },
      ['spec: Invalid value: "int64": spec in body must be of type date: "int64"'],
    ],
    ['a list where a format is', [], { type: 'string', format: 'date' }, []],
    [
      'a text of no format we know',
      5,
      { type: 'string', format: 'int32' },
      ['spec: Invalid value: "integer": spec in body must be of type string: "integer"'],
    ],
    [
      'a format in a part',
      'x',
      { type: 'string', allOf: [{ format: 'date' }] },
      [
        'spec: Invalid value: "x": spec in body must be of type date: "x"',
        '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf). None validated',
      ],
    ],
    [
      'the first thing wrong with a text',
      '',
      { type: 'string', minLength: 1, pattern: 'a' },
      ['spec: Invalid value: "": spec in body should be at least 1 chars long'],
    ],
    [
      'a least number of members, and then no more',
      {},
      { type: 'object', minProperties: 1, required: ['a'] },
      ['spec: Invalid value: 1: spec in body should have at least 1 properties'],
    ],
    [
      'the part of anyOf of which most was looked at',
      { a: 'x' },
      {
        type: 'object',
        properties: { a: { type: 'string' } },
        anyOf: [{ minProperties: 2 }, { properties: { a: { enum: ['y'] } }, required: ['b'] }],
      },
      [
        '<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)',
        'spec.a: Unsupported value: "x": supported values: "y"',
        'spec.b: Required value',
      ],
    ],
    [
      'what two parts find, once',
      5,
      { type: 'integer', allOf: [{ maximum: 1 }, { maximum: 1 }] },
      [
        'spec: Invalid value: 5: spec in body should be less than or equal to 1',
        '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf). None validated',
      ],
    ],
    [
      'a text that can’t be printed',
      '\u0001',
      { type: 'string', pattern: 'a' },
      [String.raw`spec: Invalid value: "\x01": spec in body should match 'a'`],
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
