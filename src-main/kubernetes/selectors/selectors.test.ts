import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StatusError } from '../status-error.ts'
import { parseFieldSelector, unsupportedField } from './field-selector.ts'
import { equalitySelector, labelSelectorOf, parseLabelSelector } from './label-selector.ts'
import { selectorText } from './selector-text.ts'

describe('label selectors', () => {
  test.each([
    ['', {}, true],
    ['a', { a: '' }, true],
    ['a', {}, false],
    ['!a', {}, true],
    ['!a', { a: 'b' }, false],
    ['a=b', { a: 'b' }, true],
    ['a == b', { a: 'b' }, true],
    ['a=b', { a: 'c' }, false],
    ['a!=b', {}, true],
    ['a!=b', { a: 'b' }, false],
    ['a=', { a: '' }, true],
    ['a in (b, c)', { a: 'c' }, true],
    ['a in (b,c)', {}, false],
    ['a notin (b,c)', {}, true],
    ['a notin (b,c)', { a: 'b' }, false],
    ['a in (,b)', { a: '' }, true],
    ['a>3', { a: '10' }, true],
    ['a>3', { a: '3' }, false],
    ['a<3', { a: '-1' }, true],
    ['a<3', { a: 'x' }, false],
    ['in in (in),notin', { in: 'in', notin: '' }, true],
    ['example.com/a=b,c', { 'example.com/a': 'b', c: '' }, true],
    ['constructor', {}, false],
  ])('%s on %j is %s', (text, labels, expected) => {
    expect(parseLabelSelector(text).matches(labels as Record<string, string>)).toBe(expected)
  })

  test.each([
    { matchLabels: { a: 'b' } },
    { matchExpressions: [{ key: 'a', operator: 'Exists' }] },
    { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] },
    { matchExpressions: [{ key: 'a', operator: 'In', values: ['b', 'c'] }] },
    { matchLabels: { d: 'e' }, matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] },
  ])('%j as text selects the same', selector => {
    const asText = parseLabelSelector(selectorText(selector))
    for (const labels of [{}, { a: 'b' }, { a: 'c' }, { a: 'b', d: 'e' }, { a: 'z', d: 'e' }])
      expect(asText.matches(labels), JSON.stringify(labels)).toBe(
        labelSelectorOf(selector).matches(labels),
      )
  })

  test('a map of labels is a selector, and nothing selects by no text', () => {
    expect(selectorText({ a: 'b', c: 'd' })).toBe('a=b,c=d')
    expect([undefined, null, {}, 'a'].map(selectorText)).toEqual(['', '', '', ''])
  })

  test.each([
    ['a=b,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    [
      'a in ()',
      "unable to parse requirement: values: Invalid value: []string{}: for 'in', 'notin' operators, values set can't be empty",
    ],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a==(b)', "unable to parse requirement: found '(', expected: identifier"],
    [
      'a>b',
      "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ['!', "unable to parse requirement: found '', expected: identifier"],
  ])('%s: %s', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(
      expect.objectContaining({ message, code: 400, reason: 'BadRequest' }),
    )
  })

  test('invalid keys and values are named', () => {
    expect(() => parseLabelSelector('a?=b')).toThrow(
      /^unable to parse requirement: key: Invalid value: "a\?": name part must consist of/,
    )
    expect(() => parseLabelSelector('a=b?')).toThrow(
      /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "b\?": a valid label must be/,
    )
  })

  test('canonical text is sorted and reads back the same', () => {
    expect(String(parseLabelSelector(' z , b in (y,x) , !a, c != d,e>5, f == g'))).toBe(
      '!a,b in (x,y),c!=d,e>5,f==g,z',
    )
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/)
    const term = fc.oneof(
      word,
      word.map(key => `!${key}`),
      fc.tuple(word, fc.constantFrom('=', '==', '!='), word).map(parts => parts.join('')),
      fc
        .tuple(word, fc.constantFrom('in', 'notin'), fc.array(word, { minLength: 1 }))
        .map(([key, operator, values]) => `${key} ${operator} (${values.join(', ')})`),
    )
    fc.assert(
      fc.property(fc.array(term), fc.dictionary(word, word), (terms, labels) => {
        const selector = parseLabelSelector(terms.join(','))
        const again = parseLabelSelector(String(selector))
        expect(String(again)).toBe(String(selector))
        expect(again.matches(labels)).toBe(selector.matches(labels))
      }),
    )
  })
})

describe('selectors of specs', () => {
  test('without one nothing, with an empty one everything is selected', () => {
    expect(labelSelectorOf(undefined).matches({ a: 'b' })).toBe(false)
    expect(labelSelectorOf({}).matches(undefined)).toBe(true)
    expect(equalitySelector({}).matches({})).toBe(false)
    expect(equalitySelector({ a: 'b' }).matches({ a: 'b', c: 'd' })).toBe(true)
  })

  test('labels and expressions are joined', () => {
    const selector = labelSelectorOf({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['b', 'a'] },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    })
    expect(String(selector)).toBe('app=web,!canary,tier in (a,b)')
    expect(selector.matches({ app: 'web', tier: 'a' })).toBe(true)
    expect(() =>
      labelSelectorOf({ matchExpressions: [{ key: 'a', operator: 'Like' as 'In' }] }),
    ).toThrow('"Like" is not a valid label selector operator')
  })
})

describe('field selectors', () => {
  const fields: Record<string, string> = { 'metadata.name': 'web', 'status.phase': 'Running' }
  const read = (field: string) => fields[field] ?? ''
  test.each([
    ['', true],
    ['metadata.name=web', true],
    ['metadata.name==web,status.phase!=Pending', true],
    ['metadata.name!=web', false],
    ['spec.nodeName=', true],
    ['metadata.name=web,', true],
  ])('%s', (text, expected) => {
    expect(parseFieldSelector(text).matches(read)).toBe(expected)
  })

  test('escapes', () => {
    const selector = parseFieldSelector('a=b\\,c\\=d\\\\')
    expect(selector.requirements).toEqual([{ field: 'a', operator: '=', value: 'b,c=d\\' }])
    expect(String(selector)).toBe('a=b\\,c\\=d\\\\')
    expect(selector.exactly('a')).toBe('b,c=d\\')
  })

  test.each([
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['a=b\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b=c', 'invalid field selector: unescaped character in value: ='],
  ])('%s: %s', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(message)
  })

  test('unsupported fields', () => {
    const text = (group: string, kind: string, hasOwnFields: boolean) => {
      const error = unsupportedField('spec.foo', { group, version: 'v1', kind }, hasOwnFields)
      expect(error).toBeInstanceOf(StatusError)
      return error.message
    }
    expect(text('', 'Pod', true)).toBe('field label not supported: spec.foo')
    expect(text('', 'ConfigMap', false)).toBe(
      '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
    )
    expect(text('batch', 'Job', true)).toBe('field label "spec.foo" not supported for Job')
    expect(text('resource.k8s.io', 'ResourceSlice', true)).toBe(
      'field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: spec.foo',
    )
  })
})
