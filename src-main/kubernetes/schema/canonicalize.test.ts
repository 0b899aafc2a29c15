import { expect, test } from 'vitest'
import { canonicalize } from './canonicalize.ts'
import { findObjectType } from './find-object-type.ts'

function canonical(kind: string, object: object, group = ''): unknown {
  const type = findObjectType({ group, version: 'v1', kind })
  if (!type) throw new Error(kind)
  const copy = structuredClone(object)
  canonicalize(copy, type)
  const again = structuredClone(copy)
  canonicalize(again, type)
  expect(again).toEqual(copy)
  return copy
}

test('nulls and optional zero values go, what is kept by reference stays', () => {
  const spec = {
    hostNetwork: false,
    nodeName: '',
    activeDeadlineSeconds: null,
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    tolerations: [],
    nodeSelector: {},
    securityContext: {},
    containers: [{ name: '', args: [], resources: { requests: { cpu: 0.1, memory: '1024Mi' } } }],
    volumes: [{ name: 'v', emptyDir: {} }],
  }
  expect(canonical('Pod', { metadata: { name: 'p', labels: {} }, spec })).toEqual({
    metadata: { name: 'p' },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      securityContext: {},
      containers: [{ name: '', resources: { requests: { cpu: '100m', memory: '1Gi' } } }],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
    status: {},
  })
})

test('structs that are always there are filled in, all the way down', () => {
  expect(canonical('Service', { spec: { ports: [{ port: 80, name: '' }] } })).toEqual({
    metadata: {},
    spec: { ports: [{ port: 80 }] },
    status: { loadBalancer: {} },
  })
  expect(
    canonical(
      'Deployment',
      { spec: { selector: null, template: { spec: { containers: [{ name: 'c' }] } } } },
      'apps',
    ),
  ).toEqual({
    metadata: {},
    spec: {
      strategy: {},
      template: { metadata: {}, spec: { containers: [{ name: 'c', resources: {} }] } },
    },
    status: {},
  })
})

test('bits of base64 that belong to no byte are lost', () => {
  const data = { a: 'YR==', b: 'YWJ=', c: 'YQ==', d: 'YWJj' }
  expect(canonical('Secret', { data })).toMatchObject({
    data: { a: 'YQ==', b: 'YWI=', c: 'YQ==', d: 'YWJj' },
  })
})

test('times, bytes and numbers take their one form', () => {
  expect(
    canonical(
      'Lease',
      { spec: { renewTime: '2026-01-01T01:00:00.500000+01:00', holderIdentity: '' } },
      'coordination.k8s.io',
    ),
  ).toEqual({
    metadata: {},
    spec: { renewTime: '2026-01-01T00:00:00.500000Z', holderIdentity: '' },
  })
  expect(
    canonical('Secret', {
      metadata: { creationTimestamp: '2026-01-01T01:00:00.9+01:00' },
      data: { a: 'aG\nk=' },
    }),
  ).toEqual({
    metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
    data: { a: 'aGk=' },
  })
  expect(canonical('ConfigMap', { data: { empty: '' }, immutable: false })).toEqual({
    metadata: {},
    data: { empty: '' },
    immutable: false,
  })
})

test('other quantities keep the form they were written in', () => {
  const volumes = [{ name: 'v', emptyDir: { sizeLimit: '1024Mi' } }]
  expect(canonical('Pod', { spec: { containers: [], volumes } })).toMatchObject({
    spec: { containers: [], volumes },
  })
})
