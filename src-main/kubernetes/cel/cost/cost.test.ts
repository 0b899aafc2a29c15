import { beforeAll, describe, expect, test } from 'vitest'
import type { JSONSchemaProps } from '../../api/apiextensions-v1.ts'
import { compileExpression } from '../cel.ts'
import { withVariables } from '../check/environment.ts'
import { CostExceeded } from '../evaluate/frame.ts'
import { kubernetesEnvironment } from '../library/kubernetes-environment.ts'
import { loadRegexEngine } from '../library/regex-engine.ts'
import { declaredType } from '../schema/declared-type.ts'
import { schemaValue } from '../schema/schema-value.ts'
import { estimateCost } from './estimate.ts'
import { sizesOf } from './size-hint.ts'

beforeAll(loadRegexEngine)

function prepare(source: string, schema: JSONSchemaProps) {
  const declared = declaredType(schema, false)
  if (!declared) throw new Error('the schema declares nothing')
  const compiled = compileExpression(
    source,
    withVariables(kubernetesEnvironment(), { self: declared.type }),
  )
  if ('error' in compiled) throw new Error(compiled.error)
  return { program: compiled.program, declared }
}

const text: JSONSchemaProps = { type: 'string' }
const object = (properties: Record<string, JSONSchemaProps>): JSONSchemaProps => ({
  type: 'object',
  properties,
})

/** Names and costs are those that Kubernetes' own tests of rules expect. */
describe('an evaluation costs what upstream counts for', () => {
  const schema = object({
    unset: text,
    plain: text,
    m: { type: 'object', additionalProperties: { ...text, nullable: true } },
    l: { type: 'array', items: { ...text, nullable: true } },
  })
  const value = { plain: 'v1', m: { a: null, b: 'not-nil' }, l: [null, 'not-nil'] }
  test.each([
    ['!has(self.unset)', 2],
    ["has(self.plain) && self.plain == 'v1'", 4],
    ['type(self.plain) != null_type', 4],
    ['self.m.size() == 2', 4],
    ["'a' in self.m", 3],
    ["type(self.m['a']) == null_type", 5],
  ])('%s', (source, cost) => {
    const { program, declared } = prepare(source, schema)
    const self = schemaValue(value, declared)
    expect(program.evaluate(() => self)).toEqual({ value: true, cost })
  })
})

describe('an estimate', () => {
  const most = (source: string, schema: JSONSchemaProps) => {
    const { program, declared } = prepare(source, schema)
    return estimateCost(program.checked, sizesOf(declared)).max
  }

  test('follows the limits of the schema: going over a list costs as much as it has items', () => {
    const list = (maxItems: number): JSONSchemaProps => ({ type: 'array', maxItems, items: text })
    const cost = (maxItems: number) => most('self.all(x, true)', list(maxItems))
    expect(cost(20) - cost(10)).toBe(2 * (cost(15) - cost(10)))
    expect(cost(1000)).toBeGreaterThan(100 * cost(5) - 100)
  })

  test('of a search is the product of both texts, each a tenth of its length in bytes', () => {
    const schema = object({ a: { ...text, maxLength: 10 }, b: { ...text, maxLength: 100 } })
    expect(most('self.a.contains(self.b)', schema)).toBe(4 + 4 * 40)
    expect(most("self.a.contains('abc')", schema)).toBe(2 + 4 * 1)
  })

  test('of a pattern is that of the text times a fourth of the pattern', () => {
    const schema = { ...text, maxLength: 10 }
    expect(most("self.matches('^[a-z]*$')", schema)).toBe(1 + 5 * 2)
  })

  test('without limits is what fits into a request', () => {
    expect(most('self.size() > 0', text)).toBe(3)
    expect(most("self.startsWith('abc')", text)).toBe(2)
    expect(most("self + 'b' == 'a'", text)).toBeGreaterThan(300_000)
  })

  test('is never below what an evaluation then costs', () => {
    const schema = object({
      list: { type: 'array', maxItems: 3, items: { ...text, maxLength: 4 } },
      map: { type: 'object', maxProperties: 2, additionalProperties: { type: 'integer' } },
    })
    const value = { list: ['abcd', 'b', 'cd'], map: { x: 1, y: 2 } }
    for (const source of [
      "self.list.map(x, x + 'y').filter(x, x.size() > 2).exists(x, x.contains('c'))",
      'self.list.all(a, self.list.exists_one(b, a == b))',
      'self.map.all(k, self.map[k] > 0) && self.list.isSorted()',
      "self.list.join(',').split(',').size() == 3",
    ]) {
      const { program, declared } = prepare(source, schema)
      const self = schemaValue(value, declared)
      const { cost } = program.evaluate(() => self)
      expect(most(source, schema), source).toBeGreaterThanOrEqual(cost)
    }
  })
})

test('comparing what is deep again and again is ended, though each comparison is cheap', () => {
  const deep = (depth: number): unknown =>
    depth ? [deep(depth - 1)] : Array.from({ length: 20_000 }, (_, index) => index)
  const list = (items: JSONSchemaProps): JSONSchemaProps => ({ type: 'array', items })
  const numbers = list(list(list({ type: 'integer' })))
  const schema = object({ a: numbers, b: numbers, many: list({ type: 'integer' }) })
  const { program, declared } = prepare('self.many.all(x, self.a == self.b)', schema)
  const value = { a: deep(2), b: deep(2), many: Array.from({ length: 10_000 }, () => 1) }
  const self = schemaValue(value, declared)
  expect(() => program.evaluate(() => self, 1_000_000)).toThrow(CostExceeded)
})

test('an evaluation that costs more than it may is ended', () => {
  const { program, declared } = prepare('self.all(a, self.all(b, self.all(c, true)))', {
    type: 'array',
    items: { type: 'integer' },
  })
  const self = schemaValue(
    Array.from({ length: 1000 }, (_, index) => index),
    declared,
  )
  expect(() => program.evaluate(() => self, 10_000)).toThrow(CostExceeded)
})
