import { CoordinationV1Api, type V1LeaseSpec, V1MicroTime } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../../support/conformance.ts'
import { strategicMergePatch } from '../../../support/patches.ts'
import { refused } from '../../../support/refusals.ts'

/** As JSON, in which the client's times are text whether it wrote or read them. */
const json = (spec: V1LeaseSpec | undefined) => JSON.parse(JSON.stringify(spec ?? {}))

conformance(
  '[sig-node] Lease lease API should be available [Conformance]',
  async ({ step, api, namespace }) => {
    const leases = api(CoordinationV1Api)
    const key = { namespace, name: 'lease' }
    const spec: V1LeaseSpec = {
      holderIdentity: 'holder',
      leaseDurationSeconds: 30,
      acquireTime: new V1MicroTime(1_700_000_000_000),
      renewTime: new V1MicroTime(1_700_000_005_000),
      leaseTransitions: 0,
    }
    await step('create a Lease: it is read back as written', async () => {
      await leases.createNamespacedLease({
        namespace,
        body: { metadata: { name: key.name }, spec },
      })
      expect(json((await leases.readNamespacedLease(key)).spec)).toEqual(json(spec))
    })
    const second = {
      ...spec,
      holderIdentity: 'holder2',
      leaseDurationSeconds: 40,
      leaseTransitions: 1,
    }
    await step('replace its spec', async () => {
      const lease = await leases.readNamespacedLease(key)
      await leases.replaceNamespacedLease({ ...key, body: { ...lease, spec: second } })
      expect(json((await leases.readNamespacedLease(key)).spec)).toEqual(json(second))
    })
    await step('patch its spec: what the patch names changes, the rest stays', async () => {
      const body = { spec: { holderIdentity: 'holder3', leaseDurationSeconds: 50 } }
      await leases.patchNamespacedLease({ ...key, body }, strategicMergePatch)
      expect(json((await leases.readNamespacedLease(key)).spec)).toEqual(
        json({ ...second, ...body.spec }),
      )
    })
    await step('delete one of two by label: the other is left', async () => {
      const labels = { deletecollection: 'true' }
      const body = { metadata: { name: 'lease2', labels }, spec }
      await leases.createNamespacedLease({ namespace, body })
      expect((await leases.listNamespacedLease({ namespace })).items).toHaveLength(2)
      const labelSelector = 'deletecollection=true'
      await leases.deleteCollectionNamespacedLease({ namespace, labelSelector })
      const { items } = await leases.listNamespacedLease({ namespace })
      expect(items.map(({ metadata }) => metadata?.name)).toEqual([key.name])
    })
    await step('delete the other: it is gone', async () => {
      await leases.deleteNamespacedLease(key)
      await refused(404, leases.readNamespacedLease(key))
    })
  },
)
