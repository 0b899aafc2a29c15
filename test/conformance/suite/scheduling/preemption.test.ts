import {
  AppsV1Api,
  SchedulingV1Api,
  type V1PodSpec,
  type V1ReplicaSet,
} from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { nodeName, offerResource, usableNodes } from '../../support/nodes.ts'
import { jsonPatch, mergePatch } from '../../support/patches.ts'
import { createPod, isScheduled, waitingPod } from '../../support/pods.ts'
import { refused } from '../../support/refusals.ts'

const resource = 'scheduling.k8s.io/foo'

/** Asks for so much of the resource, with that priority. */
const claiming = (amount: number, priorityClassName: string): Partial<V1PodSpec> => ({
  priorityClassName,
  containers: [
    {
      name: 'main',
      image: 'registry.k8s.io/pause:3.10.1',
      resources: {
        requests: { [resource]: String(amount) },
        limits: { [resource]: String(amount) },
      },
    },
  ],
})

/** PriorityClasses of these values, deleted when the test ends; answers their names. */
async function priorityClasses(
  { api, uniqueName, defer }: ConformanceContext,
  values: Record<string, number>,
): Promise<Record<string, string>> {
  const scheduling = api(SchedulingV1Api)
  const names: Record<string, string> = {}
  for (const [stem, value] of Object.entries(values)) {
    const name = uniqueName(stem)
    defer(() => scheduling.deletePriorityClass({ name }))
    await scheduling.createPriorityClass({ body: { metadata: { name }, value } })
    names[stem] = name
  }
  return names
}

/** Every usable node offers so much of the resource; answers their names. */
async function offerEverywhere(context: ConformanceContext, amount: number): Promise<string[]> {
  const nodes = (await usableNodes(context)).map(nodeName)
  for (const node of nodes) await offerResource(context, node, resource, amount)
  return nodes
}

const isGone = ({ core, namespace }: ConformanceContext, name: string) =>
  eventually(async () => {
    const found = await core.readNamespacedPod({ namespace, name }).catch(() => undefined)
    if (found && !found.metadata?.deletionTimestamp) throw new Error(`pod ${name} is still there`)
  })

/** The pods that fill nodes. */
interface FilledNodes {
  victim: string
  others: string[]
}

/** Fills every node but for a bit: a pod of low priority on the first, of middle priority on the others. */
const fillNodes = (
  context: ConformanceContext,
  low: string,
  middle: string,
): Promise<FilledNodes> =>
  context.step('fill every node, the first with a pod of low priority', async () => {
    const nodes = await offerEverywhere(context, 5)
    const names = nodes.map((_, at) => `pod${at}`)
    for (const [at, name] of names.entries()) {
      const nodeSelector = { 'kubernetes.io/hostname': nodes[at] ?? '' }
      const spec = { ...claiming(4, at === 0 ? low : middle), nodeSelector }
      await createPod(context, { name, spec })
      await isScheduled(context, name)
    }
    const [victim = '', ...others] = names
    return { victim, others }
  })

const onlyVictimIsGone = (context: ConformanceContext, { victim, others }: FilledNodes) =>
  context.step('the pod of low priority is gone, the others are not', async () => {
    const { core, namespace } = context
    await isGone(context, victim)
    for (const name of others) {
      const { metadata } = await core.readNamespacedPod({ namespace, name })
      expect(metadata?.deletionTimestamp).toBeUndefined()
    }
  })

conformance(
  '[sig-scheduling] SchedulerPreemption [Serial] validates basic preemption works [Conformance]',
  async context => {
    const { step } = context
    const classes = await step('create PriorityClasses', () =>
      priorityClasses(context, { low: 1, middle: 100, high: 1000 }),
    )
    const { low = '', middle = '', high = '' } = classes
    const nodes = await fillNodes(context, low, middle)
    await step('a pod of high priority that fits nowhere is bound', async () => {
      await createPod(context, { name: 'preemptor', spec: claiming(4, high) })
      await isScheduled(context, 'preemptor')
    })
    await onlyVictimIsGone(context, nodes)
  },
)

conformance(
  '[sig-scheduling] SchedulerPreemption [Serial] validates lower priority pod preemption by critical pod [Conformance]',
  async context => {
    const { step, core, namespace, defer } = context
    const { low = '', middle = '' } = await step('create PriorityClasses', () =>
      priorityClasses(context, { low: 1, middle: 100 }),
    )
    const nodes = await fillNodes(context, low, middle)
    await step('a critical pod that fits nowhere is bound', async () => {
      const key = { namespace: 'kube-system', name: `critical-${namespace}` }
      const body = waitingPod({ name: key.name, spec: claiming(4, 'system-cluster-critical') })
      defer(() => core.deleteNamespacedPod(key))
      await core.createNamespacedPod({ namespace: key.namespace, body })
      await eventually(async () =>
        expect((await core.readNamespacedPod(key)).spec?.nodeName).toBeTruthy(),
      )
    })
    await onlyVictimIsGone(context, nodes)
  },
)

conformance(
  '[sig-scheduling] SchedulerPreemption [Serial] validates pod disruption condition is added to the preempted pod [Conformance]',
  async context => {
    const { step, core, namespace } = context
    const { low = '', high = '' } = await step('create PriorityClasses', () =>
      priorityClasses(context, { low: 1, high: 1000 }),
    )
    const node = await step('let one node offer little of a resource', async () => {
      const node = nodeName((await usableNodes(context))[0])
      await offerResource(context, node, resource, 1)
      return node
    })
    const finalizers = ['example.com/test-finalizer']
    const victim = { namespace, name: 'victim-pod' }
    await step('a pod of low priority, with a finalizer, takes it', async () => {
      const pod = waitingPod({ name: victim.name, spec: claiming(1, low) })
      const body = { ...pod, metadata: { ...pod.metadata, finalizers } }
      await core.createNamespacedPod({ namespace, body })
      expect((await isScheduled(context, victim.name)).spec?.nodeName).toBe(node)
    })
    await step('a pod of high priority wants it: the other is told to end, and why', async () => {
      await createPod(context, { name: 'preemptor-pod', spec: claiming(1, high) })
      await eventually(async () => {
        const { metadata, status } = await core.readNamespacedPod(victim)
        expect(metadata?.deletionTimestamp).toBeDefined()
        expect(status?.conditions).toContainEqual(
          expect.objectContaining({
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'PreemptionByScheduler',
          }),
        )
      })
    })
    await step('without its finalizer it goes, and the other is bound', async () => {
      const body = [{ op: 'remove', path: '/metadata/finalizers' }]
      await core.patchNamespacedPod({ ...victim, body }, jsonPatch)
      await isScheduled(context, 'preemptor-pod')
    })
  },
)

conformance(
  '[sig-scheduling] SchedulerPreemption [Serial] PreemptionExecutionPath runs ReplicaSets to verify preemption running path [Conformance]',
  async context => {
    const { step, api, namespace } = context
    const apps = api(AppsV1Api)
    const classes = await step('create four PriorityClasses', () =>
      priorityClasses(context, { p1: 1, p2: 2, p3: 3, p4: 4 }),
    )
    const node = await step('let one node offer ten of a resource', async () => {
      const node = nodeName((await usableNodes(context))[0])
      await offerResource(context, node, resource, 10)
      return node
    })
    const replicaSet = (name: string, replicas: number, amount: number): V1ReplicaSet => ({
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: { name } },
        template: waitingPod({
          name,
          labels: { name },
          spec: {
            ...claiming(amount, classes[name] ?? ''),
            nodeSelector: { 'kubernetes.io/hostname': node },
          },
        }),
      },
    })
    const ready = async (name: string) => {
      const { status } = await apps.readNamespacedReplicaSet({ namespace, name })
      return status?.readyReplicas ?? 0
    }
    const isReady = (name: string, replicas: number) =>
      eventually(async () => expect(await ready(name)).toBe(replicas))
    await step('ReplicaSets of priorities 1 to 3 fill it', async () => {
      for (const [name, replicas, amount] of [
        ['p1', 5, 1],
        ['p2', 4, 1],
        ['p3', 1, 1],
      ] as const) {
        await apps.createNamespacedReplicaSet({
          namespace,
          body: replicaSet(name, replicas, amount),
        })
        await isReady(name, replicas)
      }
    })
    await step('one of priority 4 comes, and takes what those of priority 1 had', async () => {
      await apps.createNamespacedReplicaSet({ namespace, body: replicaSet('p4', 1, 5) })
      await isReady('p4', 1)
    })
    await step('no pod of a higher priority than needed has gone', async () => {
      await isReady('p1', 0)
      expect(await ready('p2')).toBe(4)
      expect(await ready('p3')).toBe(1)
    })
  },
)

conformance(
  '[sig-scheduling] SchedulerPreemption [Serial] PriorityClass endpoints verify PriorityClass endpoints can be operated with different HTTP methods [Conformance]',
  async context => {
    const { step, api } = context
    const scheduling = api(SchedulingV1Api)
    const { p1 = '', p2 = '' } = await step('create two PriorityClasses', () =>
      priorityClasses(context, { p1: 1, p2: 2 }),
    )
    await step('patch and update what may change: the description', async () => {
      const patched = await scheduling.patchPriorityClass(
        { name: p1, body: { description: 'patched' } },
        mergePatch,
      )
      expect(patched.description).toBe('patched')
      const updated = await scheduling.replacePriorityClass({
        name: p1,
        body: { ...patched, description: 'updated' },
      })
      expect(updated.description).toBe('updated')
    })
    await step('their values do not change, by patch or by update', async () => {
      const patch = scheduling.patchPriorityClass({ name: p1, body: { value: 3 } }, mergePatch)
      const status = await refused(422, patch)
      expect(status.details?.causes?.map(({ field }) => field)).toContain('value')
      const body = { ...(await scheduling.readPriorityClass({ name: p2 })), value: 20 }
      await refused(422, scheduling.replacePriorityClass({ name: p2, body }))
    })
    await step('the list has both', async () => {
      const { items } = await scheduling.listPriorityClass()
      expect(items.map(({ metadata }) => metadata?.name)).toEqual(expect.arrayContaining([p1, p2]))
    })
    await step('delete one: it is gone', async () => {
      await scheduling.deletePriorityClass({ name: p1 })
      await refused(404, scheduling.readPriorityClass({ name: p1 }))
    })
  },
)
