import { describe, expect, test } from 'vitest'
import {
  configMap,
  deployment,
  failure,
  pod,
  Server,
  service,
  template,
} from '../../../test/support/apply-server.ts'
import { untypedObject } from './untyped-object.ts'

describe('creating and owning', () => {
  test('an apply creates the object and owns what it says', () => {
    const server = configMap().apply('a', { data: { k: 'v' } })
    expect(server.content).toEqual({ data: { k: 'v' } })
    expect(server.entries).toEqual([
      {
        manager: 'a',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:k': {} } },
      },
    ])
  })

  test('name, kind and the like are owned by nobody', () => {
    expect(configMap().apply('a', {}).owners).toEqual({})
  })

  test('a create that is no apply owns maps as well as their keys', () => {
    expect(configMap().write('c', { data: { k: 'v' } }).owners).toEqual({
      'c (update)': { 'f:data': { '.': {}, 'f:k': {} } },
    })
  })

  test('structs that Go keeps by value are not owned themselves, selectors are owned as a whole', () => {
    const server = deployment().write('c', {
      spec: {
        replicas: 1,
        selector: { matchLabels: { a: 'b' } },
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { containers: [{ name: 'web', image: 'i' }] },
        },
      },
    })
    expect(server.owners).toEqual({
      'c (update)': {
        'f:spec': {
          'f:replicas': {},
          'f:selector': {},
          'f:template': {
            'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
            'f:spec': {
              'f:containers': {
                'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:name': {}, 'f:resources': {} },
              },
            },
          },
        },
      },
    })
  })

  test('items of keyed lists are owned with their keys', () => {
    expect(deployment().apply('a', template({ name: 'web', image: 'i' })).owners['a']).toEqual({
      'f:spec': {
        'f:template': {
          'f:spec': {
            'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:name': {} } },
          },
        },
      },
    })
  })

  test('keys that are left out count with their defaults', () => {
    const server = service().apply('a', { spec: { ports: [{ port: 80 }] } })
    expect(server.owners['a']).toEqual({
      'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } },
    })
    server.write('default', { spec: { ports: [{ port: 80, protocol: 'TCP' }] } })
    server.apply('a', { spec: { ports: [{ port: 80, targetPort: 8080 }] } })
    expect(server.content).toEqual({
      spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] },
    })
  })

  test('items of sets are owned by value', () => {
    expect(pod().apply('a', { metadata: { finalizers: ['x/y'] } }).owners['a']).toEqual({
      'f:metadata': { 'f:finalizers': { 'v:"x/y"': {} } },
    })
  })

  test('atomic lists, maps and structs are owned as a whole', () => {
    const config = {
      spec: {
        nodeSelector: { a: 'b' },
        containers: [{ name: 'c', args: ['x'] }],
        tolerations: [{ key: 'k' }],
      },
    }
    expect(pod().apply('a', config).owners['a']).toEqual({
      'f:spec': {
        'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:args': {}, 'f:name': {} } },
        'f:nodeSelector': {},
        'f:tolerations': {},
      },
    })
  })

  test('empty maps are owned themselves', () => {
    expect(
      pod().apply('a', { spec: { volumes: [{ name: 'v', emptyDir: {} }] } }).owners['a'],
    ).toEqual({
      'f:spec': { 'f:volumes': { 'k:{"name":"v"}': { '.': {}, 'f:emptyDir': {}, 'f:name': {} } } },
    })
  })

  test('embedded objects are owned as a whole', () => {
    const server = new Server('apps/v1', 'ControllerRevision').apply('a', {
      data: { spec: { x: 1, list: [1] } },
      revision: 1,
    })
    expect(server.owners['a']).toEqual({
      'f:data': {},
      'f:revision': {},
    })
  })
})

describe('kinds without a schema', () => {
  const custom = () => new Server('example.com/v1', 'Foo', untypedObject)
  test('maps are owned by key, lists as a whole', () => {
    const server = custom().apply('a', {
      metadata: { labels: { x: 'y' } },
      spec: { list: [{ name: 'a' }], map: { k: 1 } },
    })
    expect(server.owners['a']).toEqual({
      'f:metadata': { 'f:labels': { 'f:x': {} } },
      'f:spec': { '.': {}, 'f:list': {}, 'f:map': { '.': {}, 'f:k': {} } },
    })
    expect(failure(() => server.apply('b', { spec: { list: [{ name: 'b' }] } })).message).toMatch(
      /: \.spec\.list$/,
    )
    server.apply('a', { spec: { map: { k: 1 } } })
    expect(server.content).toEqual({ spec: { map: { k: 1 } } })
  })
})

describe('fields that an endpoint resets', () => {
  test('are not owned through it', () => {
    const config = { spec: { replicas: 1 }, status: { replicas: 5 } }
    expect(deployment().apply('a', config, { resetFields: [['status']] }).owners).toEqual({
      a: { 'f:spec': { 'f:replicas': {} } },
    })
    expect(deployment().write('a', config, { resetFields: [['status']] }).owners).toEqual({
      'a (update)': { 'f:spec': { 'f:replicas': {} } },
    })
  })
})
