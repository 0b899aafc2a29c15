import { expect, test } from 'vitest'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { CachedObject, encodeStored } from './cached-object.ts'

const definition = { group: '', version: 'v1', kind: 'ConfigMap' } as ResourceDefinition
const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'größe', namespace: 'default' },
  data: { text: 'Ünïcode "quoted"' },
}
const at = (revision: number) =>
  new CachedObject(definition, '/registry/configmaps/x', revision, encodeStored(definition, object))

test.each([1, 9, 10, 123_456, 2 ** 53 - 1])(
  'what clients get of revision %i is the object with it',
  revision => {
    const item = at(revision)
    const metadata = { ...object.metadata, resourceVersion: String(revision) }
    expect(JSON.parse(item.bytes.toString())).toEqual({ ...object, metadata })
    expect(item.size).toBe(item.bytes.length)
  },
)

test('what is not stored has no resource version', () => {
  expect(JSON.parse(at(0).bytes.toString())).toEqual(object)
})

test('several objects lie one behind the other where they are written', () => {
  const [first, second] = [at(7), at(1234)]
  const target = Buffer.alloc(first.size + second.size)
  second.copyInto(target, first.size)
  first.copyInto(target, 0)
  expect(target.equals(Buffer.concat([first.bytes, second.bytes]))).toBe(true)
})

test('a value of another kind is refused, also the second time', () => {
  const stored = Buffer.from('{"kind":"Secret","apiVersion":"v1","metadata":{"name":"x"}}')
  const item = new CachedObject(definition, '/registry/configmaps/x', 5, stored)
  for (let time = 0; time < 2; time++) {
    expect(() => item.bytes).toThrow('does not begin like a ConfigMap')
  }
})
