import { expect, test } from 'vitest'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { Catalog } from './catalog.ts'

const definition = (group: string, version: string, plural: string, kind: string) =>
  ({ group, version, plural, kind }) as ResourceDefinition

const where = (group: string, version: string, resource: string) => ({ group, version, resource })

test('a kind is found by its own group and version among those of the same plural', () => {
  const core = definition('', 'v1', 'events', 'Event')
  const newer = definition('events.k8s.io', 'v1', 'events', 'Event')
  const catalog = new Catalog([core, newer])
  expect(catalog.find(where('', 'v1', 'events'))).toBe(core)
  expect(catalog.find(where('events.k8s.io', 'v1', 'events'))).toBe(newer)
  expect(catalog.find(where('events.k8s.io', 'v1beta1', 'events'))).toBeUndefined()
  expect(catalog.find(where('', 'v1', 'constructor'))).toBeUndefined()
})

test('a kind that takes the place of another is served alone, and stays when the other is removed', () => {
  const old = definition('example.com', 'v1', 'things', 'Thing')
  const other = definition('example.com', 'v2', 'things', 'Thing')
  const catalog = new Catalog([old, other])
  const renewed = definition('example.com', 'v1', 'things', 'Thing')
  catalog.add(renewed)
  expect(catalog.find(where('example.com', 'v1', 'things'))).toBe(renewed)
  catalog.remove(old)
  expect(catalog.find(where('example.com', 'v1', 'things'))).toBe(renewed)
  catalog.remove(renewed)
  expect(catalog.find(where('example.com', 'v1', 'things'))).toBeUndefined()
  expect(catalog.find(where('example.com', 'v2', 'things'))).toBe(other)
})
