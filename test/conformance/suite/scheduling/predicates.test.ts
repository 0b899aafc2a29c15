import type { V1PodSpec } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import { labelNode, nodeName, offerResource, usableNodes } from '../../support/nodes.ts'
import { createPod, isScheduled, isUnschedulable } from '../../support/pods.ts'

const image = 'registry.k8s.io/pause:3.10.1'

conformance(
  '[sig-scheduling] SchedulerPredicates [Serial] validates resource limits of pods that are allowed to run [Conformance]',
  async context => {
    const { step } = context
    const resource = 'example.com/beard-seconds'
    const asking = (amount: number): Partial<V1PodSpec> => ({
      containers: [{ name: 'main', image, resources: { limits: { [resource]: String(amount) } } }],
    })
    const node = await step('give one node 1000 of a resource', async () => {
      const [node] = await usableNodes(context)
      await offerResource(context, nodeName(node), resource, 1000)
      return nodeName(node)
    })
    await step('pods that take 700 of it are bound there', async () => {
      for (const [name, amount] of [
        ['first', 500],
        ['second', 200],
      ] as const) {
        await createPod(context, { name, spec: asking(amount) })
        expect((await isScheduled(context, name)).spec?.nodeName).toBe(node)
      }
    })
    await step('one that asks for more than the rest stays pending, and is told why', async () => {
      await createPod(context, { name: 'additional', spec: asking(301) })
      expect(await isUnschedulable(context, 'additional')).toContain(`Insufficient ${resource}`)
    })
    await step('one that asks for exactly the rest is bound', async () => {
      await createPod(context, { name: 'fitting', spec: asking(300) })
      await isScheduled(context, 'fitting')
    })
  },
)

conformance(
  '[sig-scheduling] SchedulerPredicates [Serial] validates that NodeSelector is respected if not matching [Conformance]',
  async context => {
    await context.step('a pod whose node selector no node has stays pending', async () => {
      const nodeSelector = { label: 'nonempty' }
      await createPod(context, { name: 'restricted', spec: { nodeSelector } })
      expect(await isUnschedulable(context, 'restricted')).toContain(
        "didn't match Pod's node affinity/selector",
      )
    })
  },
)

conformance(
  '[sig-scheduling] SchedulerPredicates [Serial] validates that NodeSelector is respected if matching [Conformance]',
  async context => {
    const { step } = context
    const key = `kubernetes.io/e2e-${context.namespace}`
    const node = await step('label the last of the nodes', async () => {
      const node = nodeName((await usableNodes(context)).at(-1) ?? {})
      await labelNode(context, node, key, '42')
      return node
    })
    await step('a pod that asks for the label is bound to that node', async () => {
      await createPod(context, { name: 'with-labels', spec: { nodeSelector: { [key]: '42' } } })
      expect((await isScheduled(context, 'with-labels')).spec?.nodeName).toBe(node)
    })
  },
)

conformance(
  '[sig-scheduling] SchedulerPredicates [Serial] validates that there exists conflict between pods with same hostPort and protocol but one using 0.0.0.0 hostIP [Conformance]',
  async context => {
    const { step } = context
    const node = nodeName((await usableNodes(context))[0])
    const hostname = { 'kubernetes.io/hostname': node }
    const onPort = (hostIP: string): Partial<V1PodSpec> => ({
      nodeSelector: hostname,
      containers: [
        { name: 'main', image, ports: [{ containerPort: 8080, hostPort: 54322, hostIP }] },
      ],
    })
    await step('a pod takes a host port on every address of a node', async () => {
      await createPod(context, { name: 'pod4', spec: onPort('0.0.0.0') })
      await isScheduled(context, 'pod4')
    })
    await step(
      'another that wants the port on one address of that node stays pending',
      async () => {
        await createPod(context, { name: 'pod5', spec: onPort('127.0.0.1') })
        expect(await isUnschedulable(context, 'pod5')).toContain(
          "didn't have free ports for the requested pod ports",
        )
      },
    )
    await step('with another protocol it would fit', async () => {
      const spec = onPort('127.0.0.1')
      const [container] = spec.containers ?? []
      const ports = container?.ports?.map(port => ({ ...port, protocol: 'UDP' }))
      const containers = [{ name: 'main', image, ...(ports && { ports }) }]
      await createPod(context, { name: 'pod6', spec: { ...spec, containers } })
      await isScheduled(context, 'pod6')
    })
  },
)
