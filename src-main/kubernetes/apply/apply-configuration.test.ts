import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deployment, failure, template, typeOf } from '../../../test/support/apply-server.ts'
import { applyConfiguration } from './apply-configuration.ts'

describe('what is refused', () => {
  test.each([
    [
      { spec: { foo: 1 } },
      500,
      'failed to create typed patch object (default/x; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema',
    ],
    [
      { bar: 1, spec: { foo: 1 } },
      500,
      'failed to create typed patch object (default/x; apps/v1, Kind=Deployment): errors:\n  .bar: field not declared in schema\n  .spec.foo: field not declared in schema',
    ],
    [
      template({ name: 'a' }, { name: 'a' }),
      500,
      'failed to create typed patch object (default/x; apps/v1, Kind=Deployment): .spec.template.spec.containers: duplicate entries for key [name="a"]',
    ],
    [
      { spec: { replicas: '1' } },
      500,
      '.spec.replicas: expected numeric (int or float), got string',
    ],
    [
      { metadata: { labels: { a: 1 } }, spec: { paused: 'x', strategy: [], selector: 1 } },
      500,
      [
        'errors:',
        '.metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}',
        '.spec.paused: expected boolean, got &{x}',
        '.spec.strategy: expected map, got &{[]}',
        '.spec.selector: expected map, got &{1}',
      ].join('\n  '),
    ],
    [
      { metadata: { finalizers: [null], ownerReferences: ['x'] } },
      500,
      [
        'errors:',
        ".metadata.finalizers: element 0: associative list without keys has an element that's an explicit null",
        '.metadata.ownerReferences: element 0: associative list with keys may not have non-map elements',
      ].join('\n  '),
    ],
    [
      { spec: { template: { spec: { hostAliases: [{ hostnames: ['a'] }], volumes: [null] } } } },
      500,
      '.spec.template.spec.volumes: element 0: associative list with keys may not have a null element',
    ],
    [
      { metadata: { managedFields: [{ manager: 'x' }] } },
      400,
      'metadata.managedFields must be nil',
    ],
  ])('%j', (config, code, message) => {
    const error = failure(() => deployment().apply('a', config))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  test('another version', () => {
    const request = {
      live: undefined,
      applied: { apiVersion: 'apps/v1beta1' },
      manager: 'a',
      force: false,
      apiVersion: 'apps/v1',
      now: 0,
      type: typeOf('apps/v1', 'Deployment'),
    }
    expect(failure(() => applyConfiguration(request)).message).toBe(
      'Incorrect version specified in apply patch. Specified patch version: apps/v1beta1, expected: apps/v1',
    )
  })
})

describe('whatever is applied', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const container = fc.record(
    {
      name,
      image: name,
      env: fc.uniqueArray(fc.record({ name, value: name }), {
        selector: one => one.name,
        minLength: 1,
      }),
      args: fc.array(name, { minLength: 1 }),
    },
    { requiredKeys: ['name'] },
  )
  const config = fc
    .record(
      {
        replicas: fc.nat(3),
        labels: fc.dictionary(name, name, { minKeys: 1 }),
        containers: fc.uniqueArray(container, { selector: one => one.name, minLength: 1 }),
      },
      { requiredKeys: [] },
    )
    .map(({ replicas, labels, containers }) => ({
      ...(labels ? { metadata: { labels } } : {}),
      spec: {
        ...(replicas ? { replicas } : {}),
        ...(containers ? { template: { spec: { containers } } } : {}),
      },
    }))

  test('a second time changes nothing, and one manager alone gets exactly what it applied last', () => {
    fc.assert(
      fc.property(fc.array(config, { minLength: 1, maxLength: 4 }), configs => {
        const server = deployment()
        for (const one of configs) {
          server.apply('m', one)
          const before = server.object
          expect(server.apply('m', one).object).toBe(before)
        }
        const fresh = deployment().apply('m', configs.at(-1) ?? {})
        expect(server.owners).toEqual(fresh.owners)
        expect(server.content).toEqual(fresh.content)
      }),
    )
  })

  test('forcing always succeeds, and giving everything up leaves the others’ part', () => {
    fc.assert(
      fc.property(config, config, (mine, theirs) => {
        const server = deployment()
          .apply('theirs', theirs)
          .apply('mine', mine, { force: true })
          .apply('theirs', theirs, { force: true })
          .apply('mine', {})
        expect(server.owners).toEqual(deployment().apply('theirs', theirs).owners)
        expect(server.content).toEqual(deployment().apply('theirs', theirs).content)
      }),
    )
  })
})
