import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { checkStatusWrites } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import {
  checkCollection,
  podTemplate,
  readyPods,
  secondImage,
  workload,
  workloads,
} from '../../support/workloads.ts'

/** How many nodes a Pod without tolerations may run on. */
async function openNodes({ core }: ConformanceContext): Promise<number> {
  const { items } = await core.listNode()
  return items.filter(
    ({ spec }) =>
      !spec?.unschedulable && !spec?.taints?.some(({ effect }) => effect !== 'PreferNoSchedule'),
  ).length
}

/** Creates a DaemonSet, and waits until its Pods run on every node. */
async function daemons(context: ConformanceContext, name: string, spec = {}) {
  await workloads(context, 'DaemonSet').create(workload('DaemonSet', name, spec))
  const pods = await readyPods(context, name, await openNodes(context))
  expect(new Set(pods.map(one => one.spec?.nodeName)).size).toBe(pods.length)
  return pods
}

conformance(
  '[sig-apps] Daemon set [Serial] should run and stop simple daemon [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const [pod, ...others] = await step('create a DaemonSet: a Pod runs on every node', () =>
      daemons(context, 'simple'),
    )
    await step('delete one Pod: another comes in its place', async () => {
      await core.deleteNamespacedPod({ namespace, name: pod?.metadata?.name ?? '' })
      await eventually(async () => {
        const revived = await readyPods(context, 'simple', others.length + 1)
        expect(revived.map(({ metadata }) => metadata?.uid)).not.toContain(pod?.metadata?.uid)
      })
    })
  },
)

conformance(
  '[sig-apps] Daemon set [Serial] should update pod when spec was updated and update strategy is RollingUpdate [Conformance]',
  async context => {
    const { step } = context
    const pods = await step('create a DaemonSet: a Pod runs on every node', () =>
      daemons(context, 'updated', { updateStrategy: { type: 'RollingUpdate' } }),
    )
    await step('change its image: every Pod is replaced by one with the image', async () => {
      await workloads(context, 'DaemonSet').patch('updated', {
        spec: { template: podTemplate({ app: 'updated' }, secondImage) },
      })
      await eventually(async () => {
        const replaced = await readyPods(context, 'updated', pods.length)
        for (const { spec } of replaced) expect(spec?.containers[0]?.image).toBe(secondImage)
      })
    })
  },
)

conformance(
  '[sig-apps] Daemon set [Serial] should list and delete a collection of DaemonSets [Conformance]',
  context => checkCollection(context, 'DaemonSet', 1),
)

conformance(
  '[sig-apps] Daemon set [Serial] should verify changes to a daemon set status [Conformance]',
  async context => {
    const daemonSets = workloads(context, 'DaemonSet')
    await context.step('create a DaemonSet: a Pod runs on every node', () =>
      daemons(context, 'status'),
    )
    await checkStatusWrites(context, daemonSets, await daemonSets.get('status'))
  },
)
