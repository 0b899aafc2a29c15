import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  events,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  serviceAccounts,
  storageClasses,
  volumeAttributesClasses,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { ephemeralVolumeController } from '#control-plane/controllers/ephemeral-volume.ts'
import { garbageCollectorController } from '#control-plane/controllers/garbage-collector/garbage-collector.ts'
import { persistentVolumeBinderController } from '#control-plane/controllers/persistentvolume-binder/persistentvolume-binder.ts'
import { persistentVolumeExpanderController } from '#control-plane/controllers/persistentvolume-expander.ts'
import { persistentVolumeClaimProtection } from '#control-plane/controllers/persistentvolumeclaim-protection.ts'
import { podGarbageCollectorController } from '#control-plane/controllers/pod-garbage-collector.ts'
import { volumeAttributesClassProtection } from '#control-plane/controllers/volumeattributesclass-protection.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

const namespace = 'default'
let controlled: ControlledCluster
let client: Client

beforeAll(async () => {
  const only = [
    ephemeralVolumeController,
    garbageCollectorController,
    persistentVolumeBinderController,
    persistentVolumeClaimProtection,
    persistentVolumeExpanderController,
    podGarbageCollectorController,
    volumeAttributesClassProtection,
  ]
  controlled = await startControlledCluster({ only })
  client = controlled.client
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace } })
})

afterAll(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

const claimSpec = (storage: string) => ({
  accessModes: ['ReadWriteOnce' as const],
  resources: { requests: { storage } },
  storageClassName: 'by-hand',
})
const podWithScratch = (name: string) =>
  client.create(pods, {
    metadata: { name, namespace },
    spec: {
      containers: [{ name: 'main', image: 'web' }],
      volumes: [
        {
          name: 'scratch',
          ephemeral: {
            volumeClaimTemplate: { metadata: { labels: { of: name } }, spec: claimSpec('1Gi') },
          },
        },
      ],
    },
  })
const notes = async () =>
  (await client.list(events, { namespace })).items.map(
    ({ reason, message }) => `${reason}: ${message}`,
  )

test('a pod gets the claims of its ephemeral volumes, and takes them along', async () => {
  const pod = await podWithScratch('busy')
  const named = { namespace, name: 'busy-scratch' }
  await eventually(async () => {
    const { metadata, spec } = await client.get(persistentVolumeClaims, named)
    expect(metadata).toMatchObject({
      labels: { of: 'busy' },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          name: 'busy',
          uid: pod.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    })
    expect(spec).toMatchObject(claimSpec('1Gi'))
  })
  await client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 })
  await eventually(() =>
    expect(client.get(persistentVolumeClaims, named)).rejects.toSatisfy(isNotFound),
  )
})

test('a claim of that name that is not the pod’s is left alone, and it is said', async () => {
  const metadata = { name: 'other-scratch', namespace }
  await client.create(persistentVolumeClaims, { metadata, spec: claimSpec('1Gi') })
  await podWithScratch('other')
  await eventually(async () =>
    expect(await notes()).toContain(
      'FailedBinding: ephemeral volume scratch: PVC default/other-scratch was not created for pod default/other (pod is not owner)',
    ),
  )
  const { metadata: kept } = await client.get(persistentVolumeClaims, metadata)
  expect(kept.ownerReferences).toBeUndefined()
})

test('a bound claim that asks for more says whom it waits for', async () => {
  await client.create(storageClasses, {
    metadata: { name: 'by-hand' },
    provisioner: 'kubernetes.io/no-provisioner',
    allowVolumeExpansion: true,
  })
  await client.create(persistentVolumes, {
    metadata: { name: 'disk' },
    spec: {
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'by-hand',
      csi: { driver: 'example.com', volumeHandle: 'disk' },
    },
  })
  const metadata = { name: 'grows', namespace }
  await client.create(persistentVolumeClaims, {
    metadata,
    spec: { ...claimSpec('2Gi'), volumeName: 'disk' },
  })
  await eventually(async () => {
    const { status } = await client.get(persistentVolumeClaims, metadata)
    expect(status).toMatchObject({ phase: 'Bound', capacity: { storage: '2Gi' } })
  })
  const more = { spec: { resources: { requests: { storage: '5Gi' } } } }
  await client.patch(persistentVolumeClaims, metadata, more, { type: 'merge' })
  await eventually(async () =>
    expect(await notes()).toContain(
      "ExternalExpanding: Ignoring the PVC: didn't find a plugin capable of expanding the volume; waiting for an external controller to process this PVC.",
    ),
  )
})

test('a class of volume attributes goes once no claim has it', async () => {
  const gold = { name: 'gold' }
  await client.create(volumeAttributesClasses, {
    metadata: gold,
    driverName: 'example.com',
    parameters: { iops: '1000' },
  })
  const metadata = { name: 'golden', namespace }
  await client.create(persistentVolumeClaims, {
    metadata,
    spec: { ...claimSpec('1Gi'), volumeAttributesClassName: 'gold' },
  })
  await client.delete(volumeAttributesClasses, gold)
  const unused = { name: 'unused' }
  await client.create(volumeAttributesClasses, {
    metadata: unused,
    driverName: 'example.com',
    parameters: { iops: '1' },
  })
  await client.delete(volumeAttributesClasses, unused)
  await eventually(() =>
    expect(client.get(volumeAttributesClasses, unused)).rejects.toSatisfy(isNotFound),
  )
  const { metadata: held } = await client.get(volumeAttributesClasses, gold)
  expect(held.finalizers).toEqual(['kubernetes.io/vac-protection'])
  await client.delete(persistentVolumeClaims, metadata)
  await eventually(() =>
    expect(client.get(volumeAttributesClasses, gold)).rejects.toSatisfy(isNotFound),
  )
})

test('a pod on its way out goes when its node is said to be out of service', async () => {
  await client.create(nodes, { metadata: { name: 'dead' }, spec: {} })
  const metadata = { name: 'stuck', namespace }
  await client.create(pods, {
    metadata,
    spec: { nodeName: 'dead', containers: [{ name: 'main', image: 'web' }] },
  })
  await client.delete(pods, metadata)
  expect((await client.get(pods, metadata)).metadata.deletionTimestamp).toBeDefined()
  const taints = [
    { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' },
  ]
  await client.patch(nodes, { name: 'dead' }, { spec: { taints } }, { type: 'merge' })
  await eventually(() => expect(client.get(pods, metadata)).rejects.toSatisfy(isNotFound))
})
