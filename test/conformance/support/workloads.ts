import type { V1Pod } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { checkStatusWrites } from './api-operations.ts'
import type { ConformanceContext } from './context.ts'
import { type AnyObject, GenericResource } from './generic-resource.ts'

/** The kinds that make pods, and what their specs need beside selector and template. */
const kinds = {
  Deployment: { group: 'apps', plural: 'deployments', spec: { replicas: 1 } },
  ReplicaSet: { group: 'apps', plural: 'replicasets', spec: { replicas: 1 } },
  StatefulSet: {
    group: 'apps',
    plural: 'statefulsets',
    spec: { replicas: 1, serviceName: 'test' },
  },
  DaemonSet: { group: 'apps', plural: 'daemonsets', spec: {} },
}

/** One of the kinds that make pods, in the test's namespace. */
export function workloads(context: ConformanceContext, kind: keyof typeof kinds): GenericResource {
  const { group, plural } = kinds[kind]
  return new GenericResource(context, { group, version: 'v1', plural, kind, namespaced: true })
}

/** An object of a kind that makes pods labelled `app: NAME`. */
export function workload(
  kind: keyof typeof kinds,
  name: string,
  { labels = {}, ...spec }: { labels?: Record<string, string> } & Record<string, unknown> = {},
): AnyObject {
  const podLabels = { app: name }
  return {
    metadata: { name, labels },
    spec: {
      ...kinds[kind].spec,
      selector: { matchLabels: podLabels },
      template: podTemplate(podLabels),
      ...spec,
    },
  }
}

/** The template of a pod of one container that ends at once when it is to. */
export const podTemplate = (labels: Record<string, string>, image = firstImage) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'main', image }], terminationGracePeriodSeconds: 0 },
})

/** Images that differ. */
export const firstImage = 'registry.k8s.io/pause:3.10.1'
export const secondImage = 'registry.k8s.io/pause:3.10'

/** Waits until so many pods of an app are there, all ready and none on its way out; answers them. */
export function readyPods(
  { core, namespace }: ConformanceContext,
  app: string,
  count: number,
): Promise<V1Pod[]> {
  return eventually(async () => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${app}` })
    const isReady = ({ metadata, status }: V1Pod) =>
      !metadata?.deletionTimestamp &&
      status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
    expect([items.length, items.filter(isReady).length]).toEqual([count, count])
    return items
  })
}

/**
 * Goes through what the official "should have a working scale subresource" tests ask: reads of the scale show the
 * replicas, and its update and its patch change them.
 */
export async function checkScale(
  context: ConformanceContext,
  kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet',
): Promise<void> {
  const { step } = context
  const resource = workloads(context, kind)
  const name = 'scaled'
  const replicas = async () => (await resource.get(name))['spec'].replicas
  await step('create one of one replica: its scale says so', async () => {
    await resource.create(workload(kind, name))
    await readyPods(context, name, 1)
    expect(await resource.getScale(name)).toMatchObject({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      spec: { replicas: 1 },
      status: { selector: `app=${name}` },
    })
  })
  await step('update its scale to two: it has two', async () => {
    await eventually(async () => {
      const scale = await resource.getScale(name)
      const updated = await resource.replaceScale({ ...scale, spec: { replicas: 2 } })
      expect(updated['spec']).toEqual({ replicas: 2 })
    })
    expect(await replicas()).toBe(2)
    await readyPods(context, name, 2)
  })
  await step('patch its scale to four: it has four', async () => {
    const patched = await resource.patchScale(name, { spec: { replicas: 4 } })
    expect(patched['spec']).toEqual({ replicas: 4 })
    expect(await replicas()).toBe(4)
    await readyPods(context, name, 4)
  })
}

/** What the official "should validate … Status endpoints" tests ask. */
export async function checkStatus(
  context: ConformanceContext,
  kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet',
): Promise<void> {
  const resource = workloads(context, kind)
  await context.step(`create a ${kind}: its Pod runs`, async () => {
    await resource.create(workload(kind, 'status'))
    await readyPods(context, 'status', 1)
  })
  await checkStatusWrites(context, resource, await resource.get('status'))
}

/** What the official tests of a kind's collections ask: list by a label over all namespaces, and delete by it. */
export async function checkCollection(
  context: ConformanceContext,
  kind: keyof typeof kinds,
  count: number,
): Promise<void> {
  const { step, namespace } = context
  const resource = workloads(context, kind)
  const labelSelector = `collection=${namespace}`
  const listed = async () => (await resource.listAll({ labelSelector })).items
  await step(`create ${count} with a label: the list over all namespaces has them`, async () => {
    for (let index = 0; index < count; index++) {
      await resource.create(
        workload(kind, `collected-${index}`, { labels: { collection: namespace } }),
      )
    }
    expect(await listed()).toHaveLength(count)
  })
  await step('patch one: the answer has the change', async () => {
    const body = { metadata: { labels: { patched: 'true' } } }
    const patched = await resource.patch('collected-0', body)
    expect(patched.metadata?.labels).toEqual({ collection: namespace, patched: 'true' })
  })
  await step('delete the collection by the label: none is left', async () => {
    await resource.deleteCollection(labelSelector)
    await eventually(async () => expect(await listed()).toEqual([]))
  })
}
