import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderedMap, prefixEnd } from './ordered-map.ts'

type Step = { key: string; value: number | undefined }
const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'z'), maxLength: 4 })
const steps = fc.array(fc.record({ key, value: fc.option(fc.nat(), { nil: undefined }) }), {
  maxLength: 300,
})

function replay(changes: Step[]): {
  map: OrderedMap<[string, number]>
  model: Map<string, number>
} {
  let map = OrderedMap.empty<[string, number]>()
  const model = new Map<string, number>()
  for (const { key, value } of changes) {
    map = value === undefined ? map.without(key) : map.with(key, [key, value])
    if (value === undefined) model.delete(key)
    else model.set(key, value)
  }
  return { map, model }
}
const sorted = (model: Map<string, number>) => [...model].sort(([a], [b]) => (a < b ? -1 : 1))

test('OrderedMap behaves as a sorted Map does, ranges and counts included', () => {
  fc.assert(
    fc.property(steps, key, key, (changes, from, to) => {
      const { map, model } = replay(changes)
      expect([...map.values()]).toEqual(sorted(model))
      expect(map.size).toBe(model.size)
      const inside = sorted(model).filter(([k]) => k >= from && k < to)
      expect([...map.values(from, to)]).toEqual(inside)
      expect(map.count(from, to)).toBe(inside.length)
      expect(map.get(from)?.[1]).toBe(model.get(from))
    }),
  )
})

test('OrderedMap leaves earlier snapshots as they were', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const { map, model } = replay(before)
      const frozen = sorted(model)
      let later = map
      for (const { key, value } of after) {
        later = value === undefined ? later.without(key) : later.with(key, [key, value])
      }
      expect([...map.values()]).toEqual(frozen)
    }),
  )
})

test('OrderedMap stays balanced when keys come in order', () => {
  let map = OrderedMap.empty<number>()
  for (let n = 0; n < 20_000; n++) map = map.with(String(n).padStart(6, '0'), n)
  const started = performance.now()
  for (let n = 0; n < 20_000; n++) map.get(String(n).padStart(6, '0'))
  expect(performance.now() - started).toBeLessThan(1000)
  expect(map.count('010000')).toBe(10_000)
})

test('prefixEnd bounds exactly the strings with the prefix', () => {
  expect(prefixEnd('/pods/')).toBe('/pods0')
  expect(prefixEnd('a\uffff')).toBe('b')
  expect(prefixEnd('')).toBeUndefined()
})
