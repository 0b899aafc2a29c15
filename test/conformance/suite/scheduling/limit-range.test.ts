import type { V1LimitRange, V1ResourceRequirements } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { strategicMergePatch } from '../../support/patches.ts'
import { createPod } from '../../support/pods.ts'
import { refused } from '../../support/refusals.ts'

/** Of containers: at least, at most, and what they get that say nothing. */
const containerLimits = {
  type: 'Container',
  min: { cpu: '50m', memory: '100Mi', 'ephemeral-storage': '200Gi' },
  max: { cpu: '500m', memory: '500Mi', 'ephemeral-storage': '500Gi' },
  defaultRequest: { cpu: '100m', memory: '200Mi', 'ephemeral-storage': '200Gi' },
  _default: { cpu: '300m', memory: '400Mi', 'ephemeral-storage': '500Gi' },
}

const limitRange = (name: string, labels: Record<string, string> = {}): V1LimitRange => ({
  metadata: { name, labels },
  spec: { limits: [containerLimits] },
})

/** The resources that a container of such requirements ends up with, in a pod that does not run. */
async function resourcesOf(
  context: ConformanceContext,
  name: string,
  resources: V1ResourceRequirements,
): Promise<V1ResourceRequirements | undefined> {
  const containers = [{ name: 'main', image: 'registry.k8s.io/pause:3.10.1', resources }]
  const pod = await createPod(context, { name, spec: { containers } })
  return pod.spec?.containers[0]?.resources
}

conformance(
  '[sig-scheduling] LimitRange should create a LimitRange with defaults and ensure pod has those defaults applied. [Conformance]',
  async context => {
    const { step, core, namespace, watch } = context
    const key = { namespace, name: 'limit-range' }
    const create = (name: string, resources: V1ResourceRequirements) =>
      resourcesOf(context, name, resources)
    await step('watch LimitRanges and create one: the watch tells it', async () => {
      const watched = await watch(`/api/v1/namespaces/${namespace}/limitranges`)
      await core.createNamespacedLimitRange({ namespace, body: limitRange(key.name) })
      await watched.until('ADDED', ({ metadata }) => metadata.name === key.name)
    })
    await step('it is read back as written', async () => {
      const { spec } = await core.readNamespacedLimitRange(key)
      expect(spec?.limits[0]).toMatchObject(containerLimits)
    })
    await step('a pod that says nothing gets the defaults', async () =>
      expect(
        await eventually(async () => {
          const resources = await create('nothing', {})
          if (resources?.limits) return resources
          await core.deleteNamespacedPod({ namespace, name: 'nothing' })
          throw new Error('the LimitRange is not seen yet')
        }),
      ).toEqual({ requests: containerLimits.defaultRequest, limits: containerLimits._default }),
    )
    await step(
      'a pod that says a part keeps it, and gets the rest; a limit alone is a request',
      async () => {
        const requests = { cpu: '300m', memory: '150Mi' }
        const limits = { cpu: '300m', 'ephemeral-storage': '400Gi' }
        expect(await create('part', { requests, limits })).toEqual({
          requests: { ...requests, 'ephemeral-storage': '400Gi' },
          limits: { ...containerLimits._default, ...limits },
        })
      },
    )
    await step('a pod below the minimum is refused, and one above the maximum', async () => {
      const low = { cpu: '10m', memory: '50Mi', 'ephemeral-storage': '50Gi' }
      expect((await refused(403, create('low', { requests: low }))).message).toContain(
        'minimum cpu usage per Container is 50m, but request is 10m',
      )
      const high = { cpu: '600m', memory: '600Mi', 'ephemeral-storage': '600Gi' }
      expect((await refused(403, create('high', { limits: high }))).message).toContain(
        'maximum cpu usage per Container is 500m, but limit is 600m',
      )
    })
    await step('lower its minimum: a pod that was too low is let in', async () => {
      const body = await core.readNamespacedLimitRange(key)
      const min = { cpu: '9m', memory: '49Mi', 'ephemeral-storage': '49Gi' }
      body.spec = { limits: [{ ...containerLimits, min }] }
      await core.replaceNamespacedLimitRange({ ...key, body })
      const low = { cpu: '10m', memory: '50Mi', 'ephemeral-storage': '50Gi' }
      await eventually(() => create('low', { requests: low }))
    })
    await step('delete it: pods get nothing from it any more', async () => {
      await core.deleteNamespacedLimitRange(key)
      await eventually(async () => {
        const high = { cpu: '600m', memory: '600Mi' }
        expect((await create('high', { requests: high }))?.limits).toBeUndefined()
      })
    })
  },
)

conformance(
  '[sig-scheduling] LimitRange should list, patch and delete a LimitRange by collection [Conformance]',
  async ({ step, core, namespace, uniqueName, createNamespace }) => {
    const key = { namespace, name: 'limit-range' }
    const labelSelector = `e2e-limitrange=${namespace}`
    const labels = { 'e2e-limitrange': namespace }
    const other = uniqueName('other')
    const everywhere = async () =>
      (await core.listLimitRangeForAllNamespaces({ labelSelector })).items.map(
        ({ metadata }) => metadata?.namespace,
      )
    await step('create one in each of two namespaces', async () => {
      await createNamespace(other)
      for (const namespace of [key.namespace, other]) {
        await core.createNamespacedLimitRange({ namespace, body: limitRange(key.name, labels) })
      }
      expect((await everywhere()).toSorted()).toEqual([namespace, other].toSorted())
    })
    await step('patch one: a label, and its minimum', async () => {
      const min = { cpu: '10m', memory: '10Mi' }
      const body = {
        metadata: { labels: { patched: 'true' } },
        spec: { limits: [{ ...containerLimits, min, default: containerLimits._default }] },
      }
      const patched = await core.patchNamespacedLimitRange({ ...key, body }, strategicMergePatch)
      expect(patched.metadata?.labels).toMatchObject({ patched: 'true' })
      expect(patched.spec?.limits[0]?.min).toEqual(min)
    })
    await step('delete it as a collection: that of the other namespace is left', async () => {
      await core.deleteCollectionNamespacedLimitRange({ namespace, labelSelector })
      expect(await everywhere()).toEqual([other])
    })
  },
)
