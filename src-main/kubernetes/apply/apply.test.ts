import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ManagedFieldsEntry } from '../api/meta-v1.ts'
import { deepEqual } from '../json.ts'
import type { KubernetesObject } from '../objects.ts'
import { findType } from '../schema/find-object-type.ts'
import type { TypeSchema } from '../schema/type-schema.ts'
import { StatusError } from '../status-error.ts'
import { applyConfiguration } from './apply-configuration.ts'
import { trackUpdate } from './track-update.ts'
import { untypedObject } from './untyped-object.ts'

const typeOf = (apiVersion: string, name: string): TypeSchema => {
  const type = findType(apiVersion, name)
  if (!type) throw new Error(name)
  return type
}

/** A server with one object: writes go through server-side apply or through a tracked update. */
class Server {
  object: KubernetesObject | undefined
  now = Date.parse('2026-01-01T00:00:00Z')
  readonly apiVersion: string
  readonly kind: string
  readonly type: TypeSchema

  constructor(apiVersion: string, kind: string, type = typeOf(apiVersion, kind)) {
    this.apiVersion = apiVersion
    this.kind = kind
    this.type = type
  }

  #whole(config: object): Record<string, unknown> {
    const { metadata = {}, ...rest } = config as { metadata?: object }
    const { apiVersion, kind } = this
    return { apiVersion, kind, metadata: { name: 'x', namespace: 'default', ...metadata }, ...rest }
  }

  apply(
    manager: string,
    config: object,
    options: { force?: boolean; subresource?: string; resetFields?: string[][] } = {},
  ): this {
    const { apiVersion, type, now } = this
    const applied = this.#whole(config)
    const request = {
      live: this.object,
      applied,
      manager,
      force: false,
      apiVersion,
      type,
      now,
      ...options,
    }
    const before = structuredClone(this.object)
    const { object } = applyConfiguration(request)
    expect(this.object).toEqual(before)
    this.#store(object)
    return this
  }

  write(
    manager: string,
    object: object,
    options: { subresource?: string; resetFields?: string[][] } = {},
  ): this {
    const { apiVersion, type, now } = this
    const updated = this.#whole(object) as unknown as KubernetesObject
    if (this.object?.metadata.uid) updated.metadata.uid = this.object.metadata.uid
    const managedFields = trackUpdate({
      old: this.object,
      updated,
      manager,
      apiVersion,
      now,
      type,
      ...options,
    })
    this.#store({ ...updated, metadata: { ...updated.metadata, managedFields } })
    return this
  }

  #store(object: KubernetesObject): void {
    if (this.object && deepEqual(object, this.object)) return
    this.object = structuredClone(object)
    this.object.metadata.uid ??= 'u'
    this.now += 60_000
  }

  /** `manager: fields` of every entry, updaters marked. */
  get owners(): Record<string, unknown> {
    const entries = this.object?.metadata.managedFields ?? []
    return Object.fromEntries(
      entries.map(({ manager, operation, fieldsV1, subresource }) => [
        `${manager}${operation === 'Update' ? ' (update)' : ''}${subresource ? `/${subresource}` : ''}`,
        fieldsV1,
      ]),
    )
  }

  get entries(): ManagedFieldsEntry[] {
    return this.object?.metadata.managedFields ?? []
  }

  /** The object without what the server adds: its metadata, and structs that are always there and empty. */
  get content(): unknown {
    const {
      apiVersion: _,
      kind: __,
      metadata,
      ...rest
    } = this.object as unknown as Record<string, unknown> & { metadata: Record<string, unknown> }
    const { managedFields: ___, uid: ____, name: _____, namespace: ______, ...kept } = metadata
    const content = { ...(Object.keys(kept).length ? { metadata: kept } : {}), ...rest }
    const filledIn = new Set([
      'metadata',
      'spec',
      'status',
      'template',
      'strategy',
      'resources',
      'loadBalancer',
    ])
    const isFilledIn = (key: string, value: unknown) =>
      filledIn.has(key) &&
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).length === 0
    const bare = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(bare)
      if (typeof value !== 'object' || value === null) return value
      const entries = Object.entries(value).map(([key, item]) => [key, bare(item)] as const)
      return Object.fromEntries(entries.filter(([key, item]) => !isFilledIn(key, item)))
    }
    return bare(content)
  }
}

const configMap = () => new Server('v1', 'ConfigMap')
const deployment = () => new Server('apps/v1', 'Deployment')
const pod = () => new Server('v1', 'Pod')
const service = () => new Server('v1', 'Service')
const template = (...containers: object[]) => ({ spec: { template: { spec: { containers } } } })

function failure(run: () => unknown): StatusError {
  try {
    run()
  } catch (error) {
    if (error instanceof StatusError) return error
    throw error
  }
  throw new Error('did not fail')
}

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

  test('embedded objects are owned by key', () => {
    const server = new Server('apps/v1', 'ControllerRevision').apply('a', {
      data: { spec: { x: 1, list: [1] } },
      revision: 1,
    })
    expect(server.owners['a']).toEqual({
      'f:data': { 'f:spec': { '.': {}, 'f:list': {}, 'f:x': {} } },
      'f:revision': {},
    })
  })
})

describe('conflicts', () => {
  test('with an applier', () => {
    const server = deployment().apply('helm', { spec: { replicas: 1 } })
    const error = failure(() => server.apply('a', { spec: { replicas: 2 } }))
    expect(error.code).toBe(409)
    expect(error.reason).toBe('Conflict')
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "helm": .spec.replicas')
    expect(error.status.details?.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "helm"', field: '.spec.replicas' },
    ])
  })

  test('with an updater, which is named with its version', () => {
    const server = deployment().write('kubectl', { spec: { replicas: 1 } })
    expect(failure(() => server.apply('a', { spec: { replicas: 2 } })).message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas',
    )
  })

  test('with a subresource', () => {
    const server = deployment().write('hpa', { spec: { replicas: 1 } }, { subresource: 'scale' })
    expect(failure(() => server.apply('a', { spec: { replicas: 2 } })).message).toBe(
      'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
    )
  })

  test('several, by manager', () => {
    const server = deployment()
      .apply('one', { spec: { replicas: 1, paused: true } })
      .apply('two', { spec: { minReadySeconds: 3 } })
    const error = failure(() =>
      server.apply('a', { spec: { replicas: 2, paused: false, minReadySeconds: 4 } }),
    )
    expect(error.message).toBe(
      'Apply failed with 3 conflicts: conflicts with "one":\n- .spec.paused\n- .spec.replicas\nconflicts with "two":\n- .spec.minReadySeconds',
    )
  })

  test('in list items, by their keys', () => {
    const server = deployment().apply(
      'one',
      template({ name: 'web', image: '1', ports: [{ containerPort: 80, name: 'x' }] }),
    )
    expect(
      failure(() =>
        server.apply(
          'a',
          template({ name: 'web', image: '2', ports: [{ containerPort: 80, name: 'y' }] }),
        ),
      ).message,
    ).toBe(
      'Apply failed with 2 conflicts: conflicts with "one":\n- .spec.template.spec.containers[name="web"].image\n- .spec.template.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].name',
    )
  })

  test('in atomic lists the whole list', () => {
    const server = pod().apply('one', { spec: { tolerations: [{ key: 'a' }] } })
    expect(
      failure(() => server.apply('a', { spec: { tolerations: [{ key: 'b' }] } })).message,
    ).toMatch(/: \.spec\.tolerations$/)
  })

  test('the same value is none: both own it', () => {
    const server = configMap()
      .apply('one', { data: { k: 'v' } })
      .apply('two', { data: { k: 'v' } })
    expect(server.owners).toEqual({
      one: { 'f:data': { 'f:k': {} } },
      two: { 'f:data': { 'f:k': {} } },
    })
  })

  test('force takes the field', () => {
    const server = configMap()
      .apply('one', { data: { k: '1', l: '1' } })
      .apply('two', { data: { k: '2' } }, { force: true })
    expect(server.content).toEqual({ data: { k: '2', l: '1' } })
    expect(server.owners).toEqual({
      one: { 'f:data': { 'f:l': {} } },
      two: { 'f:data': { 'f:k': {} } },
    })
  })

  test('a failed apply changes nothing', () => {
    const server = configMap().apply('one', { data: { k: '1' } })
    const before = structuredClone(server.object)
    failure(() => server.apply('two', { data: { k: '2' } }))
    expect(server.object).toEqual(before)
  })

  test('one’s own fields never conflict', () => {
    const server = configMap()
      .apply('one', { data: { k: '1' } })
      .apply('one', { data: { k: '2' } })
    expect(server.content).toEqual({ data: { k: '2' } })
  })
})

describe('removing what is no longer applied', () => {
  test('a field of one’s own goes', () => {
    const server = configMap()
      .apply('a', { data: { k: '1', l: '2' } })
      .apply('a', { data: { l: '2' } })
    expect(server.content).toEqual({ data: { l: '2' } })
    expect(server.owners).toEqual({ a: { 'f:data': { 'f:l': {} } } })
  })

  test('a field that another applier owns too stays', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .apply('b', { data: { k: '1' } })
      .apply('a', {})
    expect(server.content).toEqual({ data: { k: '1' } })
    expect(server.owners).toEqual({ b: { 'f:data': { 'f:k': {} } } })
  })

  test('a field that an updater took stays', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .write('b', { data: { k: '2' } })
      .apply('a', {})
    expect(server.content).toEqual({ data: { k: '2' } })
  })

  test('an item goes with everything in it', () => {
    const server = deployment()
      .apply('a', template({ name: 'x', image: '1' }, { name: 'y', image: '1' }))
      .apply('a', template({ name: 'y', image: '1' }))
    expect(server.content).toEqual(template({ name: 'y', image: '1' }))
  })

  test('an item that another applier owns a field of stays', () => {
    const server = deployment()
      .apply('a', template({ name: 'x', image: '1' }))
      .apply('b', template({ name: 'x', workingDir: '/' }))
      .apply('a', {})
    expect(server.content).toEqual(template({ name: 'x', workingDir: '/' }))
  })

  test('a value of a set goes, the others’ stay', () => {
    const server = pod()
      .apply('a', { metadata: { finalizers: ['a/a', 'a/b'] } })
      .apply('b', { metadata: { finalizers: ['b/b'] } })
      .apply('a', { metadata: { finalizers: ['a/b'] } })
    expect(server.content).toEqual({ metadata: { finalizers: ['a/b', 'b/b'] } })
  })

  test('what the server defaulted inside one’s own item goes with the item', () => {
    const server = service()
      .apply('a', { spec: { ports: [{ port: 80 }, { port: 81 }] } })
      .write('server', {
        spec: {
          ports: [
            { port: 80, protocol: 'TCP' },
            { port: 81, protocol: 'TCP' },
          ],
        },
      })
      .apply('a', { spec: { ports: [{ port: 81 }] } })
    expect(server.content).toEqual({ spec: { ports: [{ port: 81, protocol: 'TCP' }] } })
  })

  test('an emptied map vanishes', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' }, immutable: false })
      .apply('a', { immutable: false })
    expect(server.content).toEqual({ immutable: false })
  })

  test('an atomic map of one’s own goes as a whole', () => {
    const server = pod()
      .apply('a', { spec: { nodeName: 'n', nodeSelector: { x: 'y' } } })
      .apply('a', { spec: { nodeName: 'n' } })
    expect(server.content).toEqual({ spec: { nodeName: 'n' } })
  })

  test('applying nothing at all gives up everything', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .apply('a', {})
    expect(server.content).toEqual({})
    expect(server.owners).toEqual({})
  })

  test('null removes a field and owns its absence', () => {
    const server = deployment()
      .apply('a', { spec: { replicas: 1 } })
      .apply('a', { spec: { replicas: null } })
    expect(server.content).toEqual({})
    expect(server.owners).toEqual({ a: { 'f:spec': { 'f:replicas': {} } } })
  })
})

describe('merging lists', () => {
  test('what only the live list has keeps its place', () => {
    const names = (server: Server) =>
      (
        (server.content as ReturnType<typeof template>).spec.template.spec.containers as {
          name: string
        }[]
      ).map(({ name }) => name)
    const of = (...list: string[]) => template(...list.map(name => ({ name })))
    expect(
      names(
        deployment()
          .write('u', of('a', 'b', 'c'))
          .apply('x', of('c', 'a')),
      ),
    ).toEqual(['b', 'c', 'a'])
    expect(names(deployment().write('u', of('a', 'b')).apply('x', of('n', 'b')))).toEqual([
      'a',
      'n',
      'b',
    ])
    expect(names(deployment().write('u', of('a', 'b')).apply('x', of('b', 'n')))).toEqual([
      'a',
      'b',
      'n',
    ])
    expect(
      names(
        deployment()
          .write('u', of('a', 'b', 'c'))
          .apply('x', of('a', 'c')),
      ),
    ).toEqual(['a', 'b', 'c'])
    expect(names(deployment().apply('u', of('a')).apply('x', of('b', 'c')))).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  test('items that repeat keys in the live list are kept unless applied', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ]
    const server = deployment()
      .write('u', template({ name: 'c', env }))
      .apply('x', template({ name: 'c', image: 'i' }))
    expect(server.content).toEqual(template({ name: 'c', env, image: 'i' }))
    server.apply('y', template({ name: 'c', env: [{ name: 'A', value: '3' }] }), { force: true })
    expect(server.content).toEqual(
      template({ name: 'c', env: [{ name: 'A', value: '3' }], image: 'i' }),
    )
  })
})

describe('updates', () => {
  test('an update takes what it changes from an applier', () => {
    const server = configMap()
      .apply('a', { data: { k: '1', l: '1' } })
      .write('u', { data: { k: '2', l: '1' } })
    expect(server.owners).toEqual({
      a: { 'f:data': { 'f:l': {} } },
      'u (update)': { 'f:data': { 'f:k': {} } },
    })
  })

  test('what is removed is owned by nobody', () => {
    const server = configMap()
      .apply('a', { data: { k: '1', l: '1' } })
      .write('u', { data: { l: '1' } })
    expect(server.owners).toEqual({ a: { 'f:data': { 'f:l': {} } } })
  })

  test('an update that changes nothing owns nothing', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .write('u', { data: { k: '1' } })
    expect(Object.keys(server.owners)).toEqual(['a'])
  })

  test('one manager’s apply and update are two', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .write('a', { data: { k: '1', l: '1' } })
    expect(Object.keys(server.owners)).toEqual(['a', 'a (update)'])
  })

  test('a subresource has an entry of its own', () => {
    const server = deployment()
      .write('c', { spec: { replicas: 1 } })
      .write('c', { spec: { replicas: 1 }, status: { replicas: 1 } }, { subresource: 'status' })
    expect(server.owners).toEqual({
      'c (update)': { 'f:spec': { 'f:replicas': {} } },
      'c (update)/status': { 'f:status': { 'f:replicas': {} } },
    })
  })

  test('a later update of the same manager joins its entry, with a new time', () => {
    const server = configMap()
      .write('u', { data: { k: '1' } })
      .write('u', { data: { k: '1', l: '1' } })
    expect(server.entries).toHaveLength(1)
    expect(server.entries[0]).toMatchObject({
      time: '2026-01-01T00:01:00Z',
      fieldsV1: { 'f:data': { '.': {}, 'f:k': {}, 'f:l': {} } },
    })
  })

  test('a reset forgets all owners, and nobody is tracked from then on', () => {
    const server = configMap().apply('a', { data: { k: '1' } })
    server.write('u', { metadata: { managedFields: [{}] }, data: { k: '1' } })
    expect(server.entries).toEqual([])
    server.write('u', { data: { k: '2' } })
    expect(server.entries).toEqual([])
  })

  test('clients that don’t send managedFields, or send nonsense, change nothing by it', () => {
    const server = configMap().apply('a', { data: { k: '1' } })
    for (const managedFields of [undefined, [], [{ manager: 'x', operation: 'Nonsense' }]])
      expect(
        Object.keys(server.write('u', { metadata: { managedFields }, data: { k: '1' } }).owners),
      ).toEqual(['a'])
  })

  test('clients may write managedFields themselves', () => {
    const server = configMap().write('old', { data: { k: '1' } })
    const [entry] = server.entries
    server.write('old', {
      metadata: { managedFields: [{ ...entry, manager: 'new', operation: 'Apply' }] },
      data: { k: '1' },
    })
    expect(server.owners).toEqual({ new: { 'f:data': { '.': {}, 'f:k': {} } } })
  })

  test('the eleventh updater makes the oldest ones ancient', () => {
    const server = configMap()
    const data: Record<string, string> = {}
    for (let n = 1; n <= 12; n++) {
      data[`k${n}`] = '1'
      server.write(`m${n}`, { data: { ...data } })
    }
    expect(server.entries).toHaveLength(10)
    expect(server.owners['ancient-changes (update)']).toEqual({
      'f:data': { '.': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {} },
    })
    expect(Object.keys(server.owners)).toContain('m12 (update)')
  })
})

describe('times and order', () => {
  test('an apply that changes nothing is the same object', () => {
    const server = configMap().apply('a', { data: { k: '1' } })
    const before = server.object
    expect(server.apply('a', { data: { k: '1' } }).object).toBe(before)
  })

  test('so is one that says the same in other words', () => {
    const config = {
      spec: {
        template: {
          spec: { containers: [{ name: 'c', args: [], resources: { limits: { cpu: '1000m' } } }] },
        },
      },
    }
    const server = deployment().apply('a', config)
    expect(server.content).toMatchObject({
      spec: {
        template: { spec: { containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }] } },
      },
    })
    const before = server.object
    expect(server.apply('a', config).object).toBe(before)
  })

  test('a new value has a new time, other entries keep theirs', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .apply('b', { data: { l: '1' } })
      .apply('a', { data: { k: '2' } })
    expect(server.entries.map(({ manager, time }) => [manager, time])).toEqual([
      ['b', '2026-01-01T00:01:00Z'],
      ['a', '2026-01-01T00:02:00Z'],
    ])
  })

  test('appliers come first', () => {
    const server = configMap()
      .write('u', { data: { k: '1' } })
      .apply('z', { data: { l: '1' } })
    expect(server.entries.map(({ manager }) => manager)).toEqual(['z', 'u'])
  })
})

describe('objects that nobody tracked', () => {
  test('everything belongs to before-first-apply', () => {
    const server = configMap().apply('a', { data: { k: '1' } })
    server.write('u', { metadata: { managedFields: [{}] }, data: { k: '1', l: '1' } })
    expect(failure(() => server.apply('a', { data: { k: '2' } })).message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.k',
    )
    server.apply('a', { data: { k: '1' } })
    expect(server.owners).toEqual({
      a: { 'f:data': { 'f:k': {} } },
      'before-first-apply (update)': { 'f:data': { '.': {}, 'f:k': {}, 'f:l': {} } },
    })
  })
})

describe('migrating from client-side apply', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
  const clientSide = (data: object) => ({
    metadata: {
      annotations: {
        [annotation]: JSON.stringify({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'x' },
          data,
        }),
      },
    },
    data,
  })

  test('kubectl takes from itself what it applied on the client', () => {
    const server = configMap().write('kubectl-client-side-apply', clientSide({ k: '1' }))
    server.apply('kubectl', { data: { k: '2' } })
    expect(server.content).toMatchObject({ data: { k: '2' } })
    expect(JSON.parse(server.object?.metadata.annotations?.[annotation] ?? '')).toMatchObject({
      data: { k: '2' },
    })
  })

  test('other managers do not, and kubectl does not take more', () => {
    const server = configMap().write('kubectl-client-side-apply', clientSide({ k: '1' }))
    expect(failure(() => server.apply('other', { data: { k: '2' } })).code).toBe(409)
    server.write('editor', { ...clientSide({ k: '1' }), data: { k: '1', l: '1' } })
    expect(failure(() => server.apply('kubectl', { data: { k: '2', l: '2' } })).message).toBe(
      'Apply failed with 1 conflict: conflict with "editor" using v1: .data.l',
    )
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
      '.spec.replicas: expected numeric (int or float), got &value.valueUnstructured{Value:"1"}',
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
