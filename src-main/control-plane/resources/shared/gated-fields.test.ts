import { describe, expect, test } from 'vitest'
import type { StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod, PodSpec, VolumeProjection } from '#kubernetes/api/core-v1.ts'
import { leases } from '../leases.ts'
import { pods } from '../pods/pods.ts'
import { statefulSets } from '../statefulsets/statefulsets.ts'
import { dropGatedFields } from './gated-fields.ts'

const pod = (spec: Partial<PodSpec>): Pod => ({
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
})
const bundle: VolumeProjection = { clusterTrustBundle: { name: 'roots', path: 'ca.pem' } }
const withBundle = (others: VolumeProjection[] = []) =>
  pod({ volumes: [{ name: 'certs', projected: { sources: [bundle, ...others] } }] })

describe('fields of features that are off', () => {
  test('go from lists in lists, and nothing else does', () => {
    const token = { serviceAccountToken: { path: 'token' } }
    const object = withBundle([token])
    dropGatedFields(pods, object)
    expect(object.spec.volumes?.[0]?.projected?.sources).toEqual([{}, token])
  })

  test('stay when the object has one of the feature already', () => {
    const lease = (spec: object) => ({ metadata: { name: 'a' }, spec })
    const object = lease({ strategy: 'OldestEmulationVersion', preferredHolder: 'a' })
    dropGatedFields(leases, object, lease({ strategy: 'OldestEmulationVersion' }))
    expect(object.spec).toEqual({ strategy: 'OldestEmulationVersion', preferredHolder: 'a' })
    dropGatedFields(leases, object, lease({ holderIdentity: 'b' }))
    expect(object.spec).toEqual({})
  })

  test('of one feature say nothing of another', () => {
    const object = withBundle()
    const old = pod({ workloadRef: { name: 'group', podGroup: 'workers' } })
    dropGatedFields(pods, object, old)
    expect(object.spec.volumes?.[0]?.projected?.sources).toEqual([{}])
  })

  test('take a struct along that has nothing else, where upstream does', () => {
    const container = { name: 'web', image: 'nginx' }
    const preStop = { sleep: { seconds: 1 } }
    const object = pod({
      containers: [{ ...container, lifecycle: { stopSignal: 'SIGUSR1' } }],
      initContainers: [{ ...container, lifecycle: { stopSignal: 'SIGUSR1', preStop } }],
    })
    dropGatedFields(pods, object)
    expect(object.spec.containers).toEqual([container])
    expect(object.spec.initContainers).toEqual([{ ...container, lifecycle: { preStop } }])
  })

  test('go from templates as well', () => {
    const object = {
      metadata: { name: 'web' },
      spec: {
        template: { spec: withBundle().spec },
        updateStrategy: { rollingUpdate: { partition: 1, maxUnavailable: 2 } },
      },
    } as StatefulSet
    dropGatedFields(statefulSets, object)
    expect(object.spec.template?.spec?.volumes?.[0]?.projected?.sources).toEqual([{}])
    expect(object.spec.updateStrategy?.rollingUpdate).toEqual({ partition: 1 })
  })
})
