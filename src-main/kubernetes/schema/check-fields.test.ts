import { describe, expect, test } from 'vitest'
import {
  cannotBeHandled,
  checkFields,
  strictDecodingError,
  unknownFieldTexts,
} from './check-fields.ts'
import { findObjectType } from './find-object-type.ts'

const check = (kind: string, value: unknown, group = '', version = 'v1') => {
  const type = findObjectType({ group, version, kind })
  if (!type) throw new Error(`no type for ${kind}`)
  return checkFields(value, type)
}
const deployment = (value: unknown) => check('Deployment', value, 'apps')
const container = (fields: object) => ({
  spec: { template: { spec: { containers: [{ name: 'a' }, { name: 'b', ...fields }] } } },
})

describe('unknown fields', () => {
  test('are named with indices, in document order, and removed', () => {
    const value = { spec: { foo: 1, ...container({ imagePullPolcy: 'Always' }).spec }, bar: {} }
    const { unknown, typeErrors } = deployment(value)
    expect(unknown).toEqual(['spec.foo', 'spec.template.spec.containers[1].imagePullPolcy', 'bar'])
    expect(typeErrors).toEqual([])
    expect(value).toEqual({
      spec: { template: { spec: { containers: [{ name: 'a' }, { name: 'b' }] } } },
    })
    expect(strictDecodingError(unknownFieldTexts(unknown.slice(0, 1)))).toBe(
      'strict decoding error: unknown field "spec.foo"',
    )
  })

  test('apiVersion and kind are known, names are case-sensitive', () => {
    expect(check('Pod', { apiVersion: 'v1', kind: 'Pod', Metadata: {} }).unknown).toEqual([
      'Metadata',
    ])
  })

  test('nothing is unknown inside embedded objects and free-form JSON', () => {
    const revision = { data: { anything: [1] }, revision: 1 }
    expect(check('ControllerRevision', revision, 'apps').unknown).toEqual([])
    const schema = { openAPIV3Schema: { default: { a: 1 }, 'x-bogus': 1 } }
    const crd = { spec: { versions: [{ name: 'v1', schema }] } }
    expect(check('CustomResourceDefinition', crd, 'apiextensions.k8s.io').unknown).toEqual([
      'spec.versions[0].schema.openAPIV3Schema.x-bogus',
    ])
  })
})

describe('wrong types, in the decoder’s words', () => {
  test.each([
    [
      { spec: { replicas: '2' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: 3_000_000_000 } },
      'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: [] },
      'json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec',
    ],
    [
      { spec: { template: { spec: { containers: 'x' } } } },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      container({ image: 5 }),
      'json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.image of type string',
    ],
    [
      container({ imagePullPolicy: true }),
      'json: cannot unmarshal bool into Go struct field Container.spec.template.spec.containers.imagePullPolicy of type v1.PullPolicy',
    ],
    [
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      container({ resources: { limits: [] } }),
      'json: cannot unmarshal array into Go struct field ResourceRequirements.spec.template.spec.containers.resources.limits of type v1.ResourceList',
    ],
    [
      container({ resources: { limits: { cpu: 'much' } } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      { metadata: { creationTimestamp: 'yesterday' } },
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ],
    [
      { metadata: { creationTimestamp: 12 } },
      'json: cannot unmarshal number into Go value of type string',
    ],
    [
      { spec: { strategy: { rollingUpdate: { maxSurge: true } } } },
      'json: cannot unmarshal bool into Go value of type int32',
    ],
  ])('%j', (value, message) => {
    expect(deployment(value).typeErrors).toEqual([message])
  })

  test('null is the zero value everywhere', () => {
    const value = {
      metadata: null,
      spec: { replicas: null, template: { spec: { containers: null } } },
    }
    expect(deployment(value)).toMatchObject({ typeErrors: [], unknown: [] })
  })

  test('the whole answer is the one kubectl shows', () => {
    const error = cannotBeHandled(
      { group: 'apps', version: 'v1', kind: 'Deployment' },
      strictDecodingError(unknownFieldTexts(['spec.foo', 'spec.bar'])),
    )
    expect(error.code).toBe(400)
    expect(error.message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo", unknown field "spec.bar"',
    )
  })

  test('base64 of secrets is read', () => {
    expect(check('Secret', { data: { a: 'aGk=' } }).typeErrors).toEqual([])
    expect(check('Secret', { data: { a: 'not base64!' } }).typeErrors).toEqual([
      'illegal base64 data at input byte 3',
    ])
  })
})
