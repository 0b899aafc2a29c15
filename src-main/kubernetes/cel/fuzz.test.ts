import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { JSONSchemaProps } from '../api/apiextensions-v1.ts'
import { compileExpression } from './cel.ts'
import { withVariables } from './check/environment.ts'
import { dynType } from './check/types.ts'
import { estimateCost } from './cost/estimate.ts'
import { sizesOf } from './cost/size-hint.ts'
import { CostExceeded } from './evaluate/frame.ts'
import { kubernetesEnvironment } from './library/kubernetes-environment.ts'
import { loadRegexEngine } from './library/regex-engine.ts'
import { declaredType } from './schema/declared-type.ts'
import { schemaValue } from './schema/schema-value.ts'

beforeAll(loadRegexEngine)

const schema: JSONSchemaProps = {
  type: 'object',
  properties: {
    text: { type: 'string', maxLength: 20 },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    flag: { type: 'boolean' },
    either: { 'x-kubernetes-int-or-string': true, maxLength: 20 },
    list: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 20 } },
    map: { type: 'object', maxProperties: 5, additionalProperties: { type: 'integer' } },
  },
}
const value = {
  text: 'añ😁',
  count: -3,
  ratio: 0.5,
  flag: true,
  either: 7,
  list: ['b', 'a'],
  map: { x: 1 },
}

function environment() {
  const declared = declaredType(schema, false)
  if (!declared) throw new Error('the schema declares nothing')
  const variables = { self: declared.type, any: dynType }
  return { declared, environment: withVariables(kubernetesEnvironment(), variables) }
}

/** Whether anything but an answer or an end by cost comes of it; that no cost is far above its estimate. */
function tryOut(source: string): void {
  const { declared, environment: within } = environment()
  const compiled = compileExpression(source, within)
  if ('error' in compiled) {
    expect(compiled.error).toMatch(/^ERROR: <input>:/)
    return
  }
  const { program } = compiled
  const self = schemaValue(value, declared)
  try {
    const { cost } = program.evaluate(name => (name === 'self' ? self : 5n), 100_000)
    const { max } = estimateCost(program.checked, sizesOf(declared))
    // As upstream, estimates count nothing for comparing numbers; an evaluation counts 1.
    if (!source.includes('any')) expect(cost, source).toBeLessThanOrEqual(3 * max + 20)
  } catch (error) {
    if (!(error instanceof CostExceeded)) throw error
  }
}

const words = [
  ...'self any . .? [ ] [? ( ) { } , : ? ! - + * / % < <= > >= == != && || in'.split(' '),
  ...'text count ratio flag either list map size all exists map filter has x y'.split(' '),
  ...["'a'", '"(b"', '1', '2u', '0.5', 'true', 'null', "b'x'", 'int', 'string', 'type', 'matches'],
  ...[
    'optional',
    'of',
    'none',
    'orValue',
    'optMap',
    'ip',
    'quantity',
    'duration',
    '@',
    '\\',
    '`',
    "'",
  ],
]

test('whatever is written is compiled or refused', () => {
  const sources = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map(all => all.join(' '))
  fc.assert(fc.property(sources, tryOut), { numRuns: 800 })
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), tryOut), { numRuns: 400 })
})

const { expression } = fc.letrec<{ expression: string }>(tie => {
  const part = tie('expression')
  const binary = fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '<=', '&&', '||', 'in')
  const method = fc.constantFrom('size', 'isSorted', 'sum', 'min', 'trim', 'lowerAscii', 'getHours')
  const withText = fc.constantFrom('contains', 'startsWith', 'split', 'indexOf', 'find', 'matches')
  const macro = fc.constantFrom('all', 'exists', 'exists_one', 'map', 'filter', 'optMap')
  const convert = fc.constantFrom('string', 'int', 'uint', 'double', 'bytes', 'bool', 'duration')
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('self.text', 'self.count', 'self.list', 'self.map', 'self.flag', 'any', 'x'),
      fc.constantFrom('1', "'ab'", '2.5', '3u', 'true', 'null', '[]', '{}', "b'a'", 'self.either'),
      fc.tuple(part, binary, part).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(part, part, part).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(part, method).map(([a, name]) => `${a}.${name}()`),
      fc.tuple(part, withText, part).map(([a, name, b]) => `${a}.${name}(${b})`),
      fc.tuple(part, macro, part).map(([a, name, b]) => `${a}.${name}(x, ${b})`),
      fc.tuple(convert, part).map(([name, a]) => `${name}(${a})`),
      fc.tuple(part, part).map(([a, b]) => `${a}[${b}]`),
      fc.tuple(part, part).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(part, part).map(([a, b]) => `{${a}: ${b}}`),
    ),
  }
})

test('what makes sense is evaluated, at no more than about its estimated cost', () => {
  fc.assert(fc.property(expression, tryOut), { numRuns: 1500 })
})
