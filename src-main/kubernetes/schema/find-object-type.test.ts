import { describe, expect, test } from 'vitest'
import { findObjectType, findType, knownApiVersions, typesOf } from './find-object-type.ts'
import type { FieldSchema } from './type-schema.ts'

const field = (apiVersion: string, type: string, name: string): FieldSchema => {
  const found = findType(apiVersion, type)?.fields.get(name)
  if (!found) throw new Error(`${apiVersion} ${type}.${name}`)
  return found
}

describe('findObjectType', () => {
  test('finds kinds of the served groups, their lists and the options of requests', () => {
    expect(findObjectType({ group: 'apps', version: 'v1', kind: 'Deployment' })?.openApiName).toBe(
      'io.k8s.api.apps.v1.Deployment',
    )
    expect(findObjectType({ group: '', version: 'v1', kind: 'PodList' })?.isObject).toBe(true)
    expect(findObjectType({ group: '', version: 'v1', kind: 'DeleteOptions' })?.openApiName).toBe(
      'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
    )
    expect(findObjectType({ group: 'apps', version: 'v1', kind: 'DeploymentSpec' })).toBeUndefined()
    expect(
      findObjectType({ group: 'apps', version: 'v1beta1', kind: 'Deployment' }),
    ).toBeUndefined()
    expect(findObjectType({ group: 'example.com', version: 'v1', kind: 'Foo' })).toBeUndefined()
  })

  test('every reference leads to a type', () => {
    const seen = knownApiVersions().flatMap(apiVersion =>
      typesOf(apiVersion).flatMap(type => [...type.fields.values()]),
    )
    for (const { type } of seen) if (type.kind === 'object') expect(type.type.name).not.toBe('')
    expect(seen.length).toBeGreaterThan(2000)
  })
})

describe('fields', () => {
  test('merge keys, list types and numbers are those of the API', () => {
    expect(field('v1', 'Container', 'ports')).toMatchObject({
      listType: 'map',
      listMapKeys: ['containerPort', 'protocol'],
      patchStrategy: ['merge'],
      patchMergeKey: 'containerPort',
      protobuf: 6,
    })
    expect(field('v1', 'PodSpec', 'volumes').patchStrategy).toEqual(['merge', 'retainKeys'])
    expect(field('meta.k8s.io/v1', 'ObjectMeta', 'finalizers')).toMatchObject({ listType: 'set' })
    expect(field('apps/v1', 'DeploymentSpec', 'strategy').patchStrategy).toEqual(['retainKeys'])
    expect(findType('meta.k8s.io/v1', 'LabelSelector')?.atomic).toBe(true)
    expect(field('v1', 'PodSpec', 'nodeSelector').structType).toBe('atomic')
  })

  test('types, enums, defaults and pointers', () => {
    expect(field('apps/v1', 'DeploymentSpec', 'replicas')).toMatchObject({
      type: { kind: 'integer', goName: 'int32' },
      pointer: true,
      required: false,
    })
    expect(field('v1', 'ContainerPort', 'protocol')).toMatchObject({
      default: 'TCP',
      enum: ['TCP', 'UDP', 'SCTP'],
      type: { goName: 'v1.Protocol' },
    })
    expect(
      field('certificates.k8s.io/v1', 'CertificateSigningRequestSpec', 'usages').enum,
    ).toContain('digital signature')
    expect(field('v1', 'Secret', 'data').type).toMatchObject({
      kind: 'map',
      values: { kind: 'bytes' },
    })
    expect(field('v1', 'ObjectReference', 'uid').type).toMatchObject({ goName: 'types.UID' })
  })

  test('embedded structs lie in their parent in JSON and are members in protobuf', () => {
    expect(field('v1', 'Volume', 'configMap').type.kind).toBe('object')
    const members = findType('v1', 'Volume')?.members ?? []
    expect(members.map(({ name, protobuf }) => [name, protobuf])).toEqual([
      ['name', 1],
      ['', 2],
    ])
  })
})
