import { describe, expect, test } from 'vitest'
import {
  configMap,
  deployment,
  failure,
  pod,
  template,
} from '../../../test/support/apply-server.ts'

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
