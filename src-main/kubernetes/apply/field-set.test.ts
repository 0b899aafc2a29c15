import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FieldSet } from './field-set.ts'
import { pathText } from './path-element.ts'

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:"y"', 'i:0')
const sets = fc
  .array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 8 })
  .map(paths => FieldSet.of(paths))
const texts = (set: FieldSet) => [...set.paths()].map(path => path.join('\n')).sort()

describe('fieldsV1', () => {
  test('reads and writes what Kubernetes stores', () => {
    const fields = {
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } },
        'f:replicas': {},
      },
    }
    const set = FieldSet.parse(fields)
    expect(set.toFields()).toEqual(fields)
    expect(JSON.stringify(set.toFields())).toBe(JSON.stringify(fields))
    expect([...set.paths()].map(pathText)).toEqual([
      '.metadata.labels',
      '.metadata.labels.app',
      '.spec.replicas',
      '.spec.containers[name="web"]',
      '.spec.containers[name="web"].image',
    ])
  })

  test('items come in the order of their keys and values, numbers by size', () => {
    const fields = {
      'f:ports': {
        'k:{"port":80,"protocol":"TCP"}': {},
        'k:{"port":80,"protocol":"UDP"}': {},
        'k:{"port":443,"protocol":"TCP"}': {},
        'k:{"port":8080}': {},
        'v:9': {},
        'v:10': {},
        'v:"a"': {},
        'v:"a b"': {},
        'v:false': {},
        'v:true': {},
      },
    }
    expect(JSON.stringify(FieldSet.parse(fields).toFields())).toBe(JSON.stringify(fields))
    const [set = new FieldSet()] = FieldSet.parse(fields).children.values()
    const reversed = FieldSet.of([...set.paths()].reverse())
    expect(Object.keys(reversed.toFields())).toEqual(Object.keys(fields['f:ports']))
  })

  test.each([['x'], [{ a: {} }], [{ 'f:a': 1 }], [{ 'k:x': {} }], [{ 'i:x': {} }]])(
    '%j is none',
    fields => {
      expect(() => FieldSet.parse(fields)).toThrow('fieldsV1')
    },
  )

  test('what is written reads back the same', () => {
    fc.assert(
      fc.property(sets, set => {
        expect(texts(FieldSet.parse(JSON.parse(JSON.stringify(set.toFields()))))).toEqual(
          texts(set),
        )
      }),
    )
  })
})

test('sets behave as sets of paths', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const [left, right] = [new Set(texts(a)), new Set(texts(b))]
      expect(texts(a.union(b))).toEqual([...new Set([...left, ...right])].sort())
      expect(texts(a.intersection(b))).toEqual([...left].filter(path => right.has(path)).sort())
      expect(texts(a.difference(b))).toEqual([...left].filter(path => !right.has(path)).sort())
      expect(a.equals(b)).toBe(left.size === right.size && [...left].every(path => right.has(path)))
      expect(a.isEmpty).toBe(left.size === 0)
      const below = [...left].filter(
        path => ![...right].some(other => path === other || path.startsWith(`${other}\n`)),
      )
      expect(texts(a.without(b))).toEqual(below.sort())
    }),
  )
})
