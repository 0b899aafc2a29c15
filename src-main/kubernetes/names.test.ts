import { describe, expect, test } from 'vitest'
import {
  checkConfigMapKey,
  checkLabel,
  checkLabel1035,
  checkLabelValue,
  checkPathSegment,
  checkPortName,
  checkQualifiedName,
  checkSubdomain,
  generatedName,
} from './names.ts'

describe('what is allowed', () => {
  test.each([
    [checkSubdomain, ['a', 'a.b-c.d', '1', 'x'.repeat(253)]],
    [checkLabel, ['a', '1a', 'x'.repeat(63)]],
    [checkLabel1035, ['a', 'a-1']],
    [checkQualifiedName, ['a', 'A_b.c', 'example.com/a', 'x'.repeat(63)]],
    [checkLabelValue, ['', 'a', 'A.b_c-1']],
    [checkConfigMapKey, ['a', '.a', 'a..b', 'A_b']],
    [checkPortName, ['http', 'p-1']],
    [checkPathSegment, ['system:node', 'a b']],
  ] as const)('%o', (check, values) => {
    for (const value of values) expect(check(value)).toEqual([])
  })
})

test('messages are those of Kubernetes', () => {
  expect(checkSubdomain('A_b')).toEqual([
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ])
  expect(checkLabel('a.b')).toEqual([
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ])
  expect(checkLabel1035('1a')).toEqual([
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  ])
  expect(checkLabel('x'.repeat(64))).toEqual(['must be no more than 63 characters'])
  expect(checkQualifiedName('')).toEqual([
    'name part must be non-empty',
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ])
  expect(checkQualifiedName('a/b/c')).toEqual([
    "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
  ])
  expect(checkQualifiedName('/a')).toEqual(['prefix part must be non-empty'])
  expect(checkLabelValue('-')).toEqual([
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ])
  expect(checkConfigMapKey('..a')).toEqual(["must not start with '..'"])
  expect(checkPortName('-80')).toEqual([
    'must contain at least one letter (a-z)',
    'must not begin or end with a hyphen',
  ])
  expect(checkPathSegment('a/b%c')).toEqual(["may not contain '/'", "may not contain '%'"])
})

test('generated names are at most 63 characters and end in five of the alphabet', () => {
  const name = generatedName('x'.repeat(100))
  expect(name).toMatch(/^x{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  expect(new Set(Array.from({ length: 200 }, () => generatedName('a-'))).size).toBeGreaterThan(195)
})
