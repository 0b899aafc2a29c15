import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JSONSchemaProps, ValidationRule } from '#kubernetes/api/apiextensions-v1.ts'
import {
  at,
  CustomResourceClient,
  crds,
  definition,
  onlyVersion,
  thing,
} from '../../support/custom-resources.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let api: CustomResourceClient

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  api = new CustomResourceClient(cluster)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const rules = (...list: (string | ValidationRule)[]) => ({
  'x-kubernetes-validations': list.map(rule => (typeof rule === 'string' ? { rule } : rule)),
})

type Properties = Record<string, JSONSchemaProps>

const ruled = (plural: string, spec: JSONSchemaProps) =>
  definition(plural, crd => {
    const version = onlyVersion({})
    const root = version.schema.openAPIV3Schema
    if (root?.properties) root.properties['spec'] = { type: 'object', ...spec }
    crd.spec.versions = [version]
  })

let serial = 0

/** Defines a kind of its own; answers how to create and change its objects. */
async function kindWith(spec: JSONSchemaProps) {
  const plural = `kind${serial++}s`
  await api.define(ruled(plural, spec))
  return {
    create: (name: string, value: object) =>
      api.send('POST', at(plural), thing(plural, name, value)),
    change: (name: string, value: object) => api.merge(`${at(plural)}/${name}`, { spec: value }),
  }
}

interface Cause {
  reason: string
  message: string
  field: string
}

const causesOf = (answer: { json: { details?: { causes?: Cause[] } } }) =>
  (answer.json.details?.causes ?? []).map(
    ({ reason, field, message }) => `${reason} ${field}: ${message}`,
  )

const text: JSONSchemaProps = { type: 'string' }
const whole: JSONSchemaProps = { type: 'integer' }

describe('a rule', () => {
  test('refuses an object that it does not hold for, in upstream’s words', async () => {
    const { create } = await kindWith({
      properties: { min: whole, max: whole },
      ...rules('self.min <= self.max'),
    })
    expect((await create('good', { min: 1, max: 2 })).status).toBe(201)
    const bad = await create('bad', { min: 3, max: 2 })
    expect(bad.status).toBe(422)
    expect(causesOf(bad)).toEqual([
      'FieldValueInvalid spec: Invalid value: "object": failed rule: self.min <= self.max',
    ])
  })

  test('has the message, reason and place that it names', async () => {
    const { create } = await kindWith({
      properties: { a: whole, b: whole, c: { ...text, maxLength: 5 } },
      ...rules(
        { rule: 'self.a > 0', message: ' a must be positive ', reason: 'FieldValueForbidden' },
        {
          rule: 'self.b > self.a',
          messageExpression: "'b must be above a for ' + self.c",
          fieldPath: '.b',
        },
        { rule: "self.c != 'x'", message: 'c is needed', reason: 'FieldValueRequired' },
        { rule: "self.c != 'x'", messageExpression: "''", message: 'not x' },
      ),
    })
    expect(causesOf(await create('bad', { a: 0, b: 0, c: 'x' }))).toEqual([
      'FieldValueForbidden spec: Forbidden: a must be positive',
      'FieldValueInvalid spec.b: Invalid value: "object": b must be above a for x',
      'FieldValueRequired spec: Required value: c is needed',
      'FieldValueInvalid spec: Invalid value: "object": not x',
    ])
  })

  test('holds at every level: fields, items and values of maps', async () => {
    const { create } = await kindWith({
      properties: {
        size: { ...whole, ...rules('self % 2 == 0') },
        list: { type: 'array', items: { ...text, ...rules('self.size() < 4') } },
        map: { type: 'object', additionalProperties: { ...whole, ...rules('self > 0') } },
      },
    })
    expect(
      causesOf(await create('bad', { size: 3, list: ['abc', 'abcd'], map: { a: 1, b: 0 } })),
    ).toEqual([
      'FieldValueInvalid spec.size: Invalid value: "integer": failed rule: self % 2 == 0',
      'FieldValueInvalid spec.list[1]: Invalid value: "string": failed rule: self.size() < 4',
      'FieldValueInvalid spec.map[b]: Invalid value: "integer": failed rule: self > 0',
    ])
  })

  test('of the root sees the name, and fields whose names are no identifiers', async () => {
    const crd = ruled('rooted', {
      properties: { 'a-b': whole, namespace: text, 'c.d/e__f': text },
      ...rules(
        "self.a__dash__b > 0 && self.__namespace__ != '' && has(self.c__dot__d__slash__e__underscores__f)",
      ),
    })
    const root = crd.spec.versions[0]?.schema?.openAPIV3Schema
    if (root)
      Object.assign(root, rules("self.metadata.name.startsWith('r') && self.kind == 'Rooted'"))
    await api.define(crd)
    const spec = { 'a-b': 1, namespace: 'x', 'c.d/e__f': '' }
    const create = (name: string) => api.send('POST', at('rooted'), thing('rooted', name, spec))
    expect((await create('r1')).text).toContain('"resourceVersion"')
    expect(causesOf(await create('x1'))).toEqual([
      `FieldValueInvalid <nil>: Invalid value: "object": failed rule: self.metadata.name.startsWith('r') && self.kind == 'Rooted'`,
    ])
  })

  test('compares by the kind of the list, and sees times, bytes and either of number and text', async () => {
    const { create } = await kindWith({
      properties: {
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
        keyed: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          items: { type: 'object', required: ['k'], properties: { k: text, v: whole } },
        },
        since: { type: 'string', format: 'date-time' },
        every: { type: 'string', format: 'duration' },
        raw: { type: 'string', format: 'byte' },
        port: { 'x-kubernetes-int-or-string': true },
        maybe: { type: 'string', nullable: true },
      },
      ...rules(
        "self.set == ['b', 'a'] && self.set + ['a', 'c'] == ['c', 'b', 'a']",
        'self.keyed == oldSelf.keyed || self.keyed + oldSelf.keyed == self.keyed',
        "self.since.getFullYear() == 2024 && self.since < timestamp('2025-01-01T00:00:00Z')",
        "self.every == duration('90m')",
        "self.raw == b'hi'",
        "type(self.port) == int ? self.port > 80 : self.port == 'http'",
        '!has(self.maybe)',
      ),
    })
    const spec = {
      set: ['a', 'b'],
      keyed: [{ k: 'x', v: 1 }],
      since: '2024-02-29T10:00:00Z',
      every: '1h30m',
      raw: 'aGk=',
      maybe: null,
    }
    expect(causesOf(await create('number', { ...spec, port: 443 }))).toEqual([])
    expect(causesOf(await create('text', { ...spec, port: 'http' }))).toEqual([])
    expect(causesOf(await create('wrong', { ...spec, port: 1 }))).toHaveLength(1)
  })

  test('that can’t be evaluated says what went wrong', async () => {
    const { create } = await kindWith({
      properties: { a: whole, list: { type: 'array', items: whole, maxItems: 9 } },
      ...rules('self.a > 1', '10 / self.a > 1', 'self.list[5] == 1'),
    })
    expect(causesOf(await create('none', { list: [1] }))).toEqual([
      'FieldValueInvalid spec: Invalid value: "object": no such key: a evaluating rule: self.a > 1',
      'FieldValueInvalid spec: Invalid value: "object": no such key: a evaluating rule: 10 / self.a > 1',
      'FieldValueInvalid spec: Invalid value: "object": index out of bounds: 5 evaluating rule: self.list[5] == 1',
    ])
    expect(causesOf(await create('zero', { a: 0, list: [0, 0, 0, 0, 0, 1] }))).toContain(
      'FieldValueInvalid spec: Invalid value: "object": division by zero evaluating rule: 10 / self.a > 1',
    )
  })

  test('is not evaluated on what the schema refuses', async () => {
    const { create } = await kindWith({ properties: { a: { ...whole, ...rules('self > 5') } } })
    expect(causesOf(await create('bad', { a: 'x' }))).toEqual([
      'FieldValueTypeInvalid spec.a: Invalid value: "string": spec.a in body must be of type integer: "string"',
      'FieldValueInvalid <nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ])
  })
})

describe('a transition rule', () => {
  test('compares with the state before, where there is one', async () => {
    const { create, change } = await kindWith({
      properties: {
        fixed: { ...text, ...rules({ rule: 'self == oldSelf', message: 'is fixed' }) },
      },
    })
    expect((await create('one', { fixed: 'a' })).status).toBe(201)
    expect((await change('one', { fixed: 'a' })).status).toBe(200)
    expect(causesOf(await change('one', { fixed: 'b' }))).toEqual([
      'FieldValueInvalid spec.fixed: Invalid value: "string": is fixed',
    ])
    expect((await create('two', {})).status).toBe(201)
    expect((await change('two', { fixed: 'b' })).status).toBe(200)
  })

  test('is evaluated on a create, too, when it takes an absent state', async () => {
    const { create, change } = await kindWith({
      properties: {
        a: {
          ...whole,
          ...rules({
            rule: 'oldSelf.hasValue() ? self >= oldSelf.value() : self == 1',
            optionalOldSelf: true,
          }),
        },
      },
    })
    expect((await create('bad', { a: 2 })).status).toBe(422)
    expect((await create('good', { a: 1 })).status).toBe(201)
    expect((await change('good', { a: 3 })).status).toBe(200)
    expect((await change('good', { a: 2 })).status).toBe(422)
  })

  test('finds the items of a list by their keys', async () => {
    const { create, change } = await kindWith({
      properties: {
        list: {
          type: 'array',
          maxItems: 10,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          items: {
            type: 'object',
            required: ['k'],
            properties: { k: text, v: { ...whole, ...rules('self >= oldSelf') } },
          },
        },
      },
    })
    await create('one', {
      list: [
        { k: 'a', v: 5 },
        { k: 'b', v: 1 },
      ],
    })
    const moved = {
      list: [
        { k: 'b', v: 1 },
        { k: 'a', v: 5 },
        { k: 'c', v: 0 },
      ],
    }
    expect((await change('one', moved)).status).toBe(200)
    expect(
      causesOf(
        await change('one', {
          list: [
            { k: 'c', v: 0 },
            { k: 'a', v: 4 },
          ],
        }),
      ),
    ).toEqual([
      'FieldValueInvalid spec.list[1].v: Invalid value: "integer": failed rule: self >= oldSelf',
    ])
  })
})

describe('an update', () => {
  test('is only warned of what was wrong before and it leaves alone', async () => {
    const plural = 'ratchets'
    const loose = { properties: { a: text, b: { type: 'object', properties: { c: whole } } } }
    await api.define(ruled(plural, loose as JSONSchemaProps))
    await api.send('POST', at(plural), thing(plural, 'old', { a: 'long', b: { c: 0 } }))
    const strict: Properties = {
      a: { ...text, ...rules('self.size() < 3') },
      b: { type: 'object', properties: { c: whole }, ...rules('self.c > 0') },
    }
    const versions = ruled(plural, { properties: strict }).spec.versions
    await api.merge(`${crds}/${plural}.test.example.com`, { spec: { versions } })
    const kept = await api.merge(`${at(plural)}/old`, { metadata: { labels: { x: 'y' } } })
    expect(kept.status).toBe(200)
    expect(kept.headers['warning']).toContain(
      'spec.a: Invalid value: \\"string\\": failed rule: self.size() < 3',
    )
    expect(causesOf(await api.merge(`${at(plural)}/old`, { spec: { b: { c: -1 } } }))).toEqual([
      'FieldValueInvalid spec.b: Invalid value: "object": failed rule: self.c > 0',
    ])
    expect((await api.merge(`${at(plural)}/old`, { spec: { b: { c: 1 } } })).status).toBe(200)
    const created = await api.send('POST', at(plural), thing(plural, 'new', { a: 'long' }))
    expect(created.status).toBe(422)
  })
})

describe('a definition', () => {
  const create = (spec: JSONSchemaProps) =>
    api.send('POST', `${crds}?dryRun=All`, ruled('refused', spec))
  const schema = 'spec.versions[0].schema.openAPIV3Schema.properties[spec]'
  const first = `${schema}.x-kubernetes-validations[0]`
  const shown = (rule: string, others = {}) =>
    JSON.stringify({
      Rule: rule,
      Message: '',
      MessageExpression: '',
      Reason: null,
      FieldPath: '',
      OptionalOldSelf: null,
      ...others,
    })

  test.each([
    [
      'self.b == 1',
      `compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b == 1\n | ....^`,
    ],
    [
      'self.a == true',
      `compilation failed: ERROR: <input>:1:8: found no matching overload for '_==_' applied to '(int, bool)'\n | self.a == true\n | .......^`,
    ],
    [
      'foo(self)',
      `compilation failed: ERROR: <input>:1:4: undeclared reference to 'foo' (in container '')\n | foo(self)\n | ...^`,
    ],
    ['self.a', 'cel expression must evaluate to a bool'],
  ])('is refused for the rule %s', async (rule, detail) => {
    const answer = await create({ properties: { a: whole }, ...rules(rule) })
    expect(answer.status).toBe(422)
    expect(causesOf(answer)).toEqual([
      `FieldValueInvalid ${first}.rule: Invalid value: ${shown(rule)}: ${detail}`,
    ])
  })

  test.each<[string, ValidationRule, string]>([
    [
      'an empty rule',
      { rule: ' ' },
      `FieldValueRequired ${first}.rule: Required value: rule is not specified`,
    ],
    [
      'an unknown reason',
      { rule: 'true', reason: 'Odd' as never },
      `FieldValueNotSupported ${first}.reason: Unsupported value: "Odd": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
    ],
    [
      'a message of several lines',
      { rule: 'true', message: 'a\nb' },
      `FieldValueInvalid ${first}.message: Invalid value: "a\\nb": must not contain line breaks`,
    ],
    [
      'no message for a rule of several lines',
      { rule: 'true &&\ntrue' },
      `FieldValueRequired ${first}.message: Required value: message must be specified if rule contains line breaks`,
    ],
    [
      'a message that is no text',
      { rule: 'true', messageExpression: '1' },
      `FieldValueInvalid ${first}.messageExpression: Invalid value: ${shown('true', { MessageExpression: '1' })}: messageExpression must evaluate to a string`,
    ],
    [
      'a path to no field',
      { rule: 'true', fieldPath: '.b' },
      `FieldValueInvalid ${first}.fieldPath: Invalid value: ".b": must be a valid path`,
    ],
    [
      'an optional state before that is not used',
      { rule: 'true', optionalOldSelf: true },
      `FieldValueInvalid ${first}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
    ],
  ])('is refused for %s', async (_what, rule, cause) => {
    const answer = await create({ properties: { a: whole }, ...rules(rule) })
    expect(causesOf(answer)).toEqual([cause])
  })

  test('is refused for a default that breaks its own rules, where it is new or was there before', async () => {
    const withDefault = (rule: string) => ({
      properties: { a: { ...whole, default: 1, ...rules(rule) } },
    })
    const path = `${schema}.properties[a].default`
    expect(causesOf(await create(withDefault('self > 1')))).toEqual([
      `FieldValueInvalid ${path}: Invalid value: "integer": failed rule: self > 1`,
    ])
    expect(causesOf(await create(withDefault('self > oldSelf')))).toEqual([
      `FieldValueInvalid ${path}: Invalid value: "integer": failed rule: self > oldSelf`,
    ])
    expect((await create(withDefault('self >= oldSelf'))).status).toBe(201)
  })

  test('is refused for comparing items that can’t be told again', async () => {
    const list = { type: 'array', maxItems: 5, items: { ...whole, ...rules('self == oldSelf') } }
    const path = `${schema}.properties[list]`
    expect(causesOf(await create({ properties: { list } }))).toEqual([
      `FieldValueInvalid ${path}.items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${path}`,
    ])
  })

  test('is refused for rules that may cost too much, and told where limits would help', async () => {
    const list = { type: 'array', items: text, ...rules("self.all(x, x.contains('gpu'))") }
    const hint =
      '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)'
    const path = `${schema}.properties[list].x-kubernetes-validations[0].rule`
    expect(causesOf(await create({ properties: { list } }))).toEqual([
      `FieldValueForbidden ${path}: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${hint}`,
      `FieldValueForbidden ${path}: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema`,
      `FieldValueForbidden spec.versions[0].schema.openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${hint}`,
    ])
    const bounded = { ...list, maxItems: 100, items: { ...text, maxLength: 100 } }
    expect((await create({ properties: { list: bounded } })).status).toBe(201)
  })
})

describe('what an expression may cost', () => {
  test('ends one that goes on for too long, and all after it', async () => {
    const { create } = await kindWith({
      properties: { list: { type: 'array', maxItems: 1000, items: whole } },
      ...rules('self.list.all(a, self.list.all(b, a + b >= 0))', 'false'),
    })
    const started = performance.now()
    const answer = await create('large', { list: Array.from({ length: 1000 }, (_, i) => i) })
    expect(causesOf(answer)).toEqual([
      `FieldValueInvalid spec: Invalid value: "object": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: self.list.all(a, self.list.all(b, a + b >= 0))`,
    ])
    expect(performance.now() - started).toBeLessThan(5000)
    expect(causesOf(await create('small', { list: [1] }))).toEqual([
      'FieldValueInvalid spec: Invalid value: "object": failed rule: false',
    ])
  })

  test('is not a matter of the pattern: it is matched in linear time', async () => {
    const { create } = await kindWith({
      properties: {
        byRule: { ...text, maxLength: 4000, ...rules("self.matches('^(a+)+$')") },
        bySchema: { ...text, pattern: '^(a+)+$' },
      },
    })
    const hostile = `${'a'.repeat(3000)}!`
    const started = performance.now()
    expect(causesOf(await create('rule', { byRule: hostile }))).toHaveLength(1)
    expect(causesOf(await create('schema', { bySchema: hostile }))).toHaveLength(1)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
