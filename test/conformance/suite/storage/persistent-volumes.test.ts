import type { V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { mergePatch } from '../../support/patches.ts'
import { refused } from '../../support/refusals.ts'

/** A volume and a claim that only match each other: their class is the test's own, and nobody provisions it. */
function pair({ namespace, uniqueName }: ConformanceContext) {
  const storageClassName = uniqueName('class')
  const labels = { 'e2e-pv-pool': namespace }
  const volume: V1PersistentVolume = {
    metadata: { name: uniqueName('pv'), labels },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName,
      hostPath: { path: '/tmp/conformance' },
    },
  }
  const claim: V1PersistentVolumeClaim = {
    metadata: { name: 'claim', namespace, labels },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName,
    },
  }
  return { volume, claim, labelSelector: `e2e-pv-pool=${namespace}` }
}

/** Creates both and waits until they are bound; the volume goes when the test ends. */
async function bound(context: ConformanceContext) {
  const { core, namespace, defer } = context
  const { volume, claim, labelSelector } = pair(context)
  const name = volume.metadata?.name ?? ''
  const key = { namespace, name: 'claim' }
  defer(() => core.deletePersistentVolume({ name }))
  await core.createPersistentVolume({ body: volume })
  await core.createNamespacedPersistentVolumeClaim({ namespace, body: claim })
  await eventually(async () => {
    const { status, spec } = await core.readNamespacedPersistentVolumeClaim(key)
    expect([status?.phase, spec?.volumeName]).toEqual(['Bound', name])
    expect((await core.readPersistentVolume({ name })).status?.phase).toBe('Bound')
  })
  return { name, key, labelSelector, volume, claim }
}

conformance(
  '[sig-storage] PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC [Conformance]',
  async context => {
    const { step, core, namespace } = context
    const { name, key, labelSelector, volume, claim } = await step(
      'create a volume and a claim: they are bound to each other',
      () => bound(context),
    )
    await step('the lists by label have one each', async () => {
      const volumes = await core.listPersistentVolume({ labelSelector })
      const claims = await core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector })
      expect([volumes.items.length, claims.items.length]).toEqual([1, 1])
    })
    await step('patch a label of each', async () => {
      const body = { metadata: { labels: { patched: 'true' } } }
      const patched = await core.patchPersistentVolume({ name, body }, mergePatch)
      expect(patched.metadata?.labels).toMatchObject({ patched: 'true' })
      const claim = await core.patchNamespacedPersistentVolumeClaim({ ...key, body }, mergePatch)
      expect(claim.metadata?.labels).toMatchObject({ patched: 'true' })
    })
    await step(
      'delete the claim: it is gone, the volume is kept, and said to be released',
      async () => {
        await core.deleteNamespacedPersistentVolumeClaim(key)
        await eventually(() => refused(404, core.readNamespacedPersistentVolumeClaim(key)))
        await eventually(async () =>
          expect((await core.readPersistentVolume({ name })).status?.phase).toBe('Released'),
        )
      },
    )
    await step('delete the volume: it is gone', async () => {
      await core.deletePersistentVolume({ name })
      await eventually(() => refused(404, core.readPersistentVolume({ name })))
    })
    await step('create both anew, update a label of each', async () => {
      await core.createPersistentVolume({ body: volume })
      await core.createNamespacedPersistentVolumeClaim({ namespace, body: claim })
      await eventually(async () => {
        const body = await core.readPersistentVolume({ name })
        body.metadata = { ...body.metadata, labels: { ...body.metadata?.labels, updated: 'true' } }
        await core.replacePersistentVolume({ name, body })
      })
      await eventually(async () => {
        const body = await core.readNamespacedPersistentVolumeClaim(key)
        body.metadata = { ...body.metadata, labels: { ...body.metadata?.labels, updated: 'true' } }
        await core.replaceNamespacedPersistentVolumeClaim({ ...key, body })
      })
      const { items } = await core.listPersistentVolumeClaimForAllNamespaces({ labelSelector })
      expect(items[0]?.metadata?.labels).toMatchObject({ updated: 'true' })
    })
    await step('delete both as collections: they are gone', async () => {
      await core.deleteCollectionNamespacedPersistentVolumeClaim({ namespace, labelSelector })
      await eventually(() => refused(404, core.readNamespacedPersistentVolumeClaim(key)))
      await core.deleteCollectionPersistentVolume({ labelSelector })
      await eventually(() => refused(404, core.readPersistentVolume({ name })))
    })
  },
)

conformance(
  '[sig-storage] PersistentVolumes CSI Conformance should apply changes to a pv/pvc status [Conformance]',
  async context => {
    const { step, core } = context
    const { name, key } = await step('create a volume and a claim: they are bound', () =>
      bound(context),
    )
    const condition = { type: 'StatusPatched', status: 'True', reason: 'E2E patchStatus' }
    await step('patch the status of the claim, and read it', async () => {
      const body = { status: { conditions: [condition] } }
      await core.patchNamespacedPersistentVolumeClaimStatus({ ...key, body }, mergePatch)
      const { status } = await core.readNamespacedPersistentVolumeClaimStatus(key)
      expect(status?.conditions).toMatchObject([condition])
    })
    await step('update it', async () => {
      const body = await core.readNamespacedPersistentVolumeClaimStatus(key)
      const updated = { ...condition, type: 'StatusUpdated' }
      body.status = { ...body.status, conditions: [updated] }
      const answer = await core.replaceNamespacedPersistentVolumeClaimStatus({ ...key, body })
      expect(answer.status?.conditions).toMatchObject([updated])
    })
    await step('patch the status of the volume, and read it', async () => {
      const body = { status: { message: 'StatusPatched', reason: 'E2E' } }
      await core.patchPersistentVolumeStatus({ name, body }, mergePatch)
      const { status } = await core.readPersistentVolumeStatus({ name })
      expect(status).toMatchObject(body.status)
    })
    await step('update it', async () => {
      const body = await core.readPersistentVolumeStatus({ name })
      body.status = { ...body.status, message: 'StatusUpdated' }
      const answer = await core.replacePersistentVolumeStatus({ name, body })
      expect(answer.status?.message).toBe('StatusUpdated')
    })
    await step('delete the claim', () => core.deleteNamespacedPersistentVolumeClaim(key))
  },
)
