import { NodeV1Api } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../../support/eventually.ts'
import { checkApiOperations } from '../../../support/api-operations.ts'
import { conformance } from '../../../support/conformance.ts'
import type { ConformanceContext } from '../../../support/context.ts'
import { createPod, isScheduled } from '../../../support/pods.ts'
import { refused } from '../../../support/refusals.ts'

/** A RuntimeClass of any handler, deleted when the test ends. */
async function createRuntimeClass(
  { api, uniqueName, defer }: ConformanceContext,
  podFixed?: Record<string, string>,
): Promise<string> {
  const name = uniqueName('runtime-class')
  defer(() => api(NodeV1Api).deleteRuntimeClass({ name }))
  await api(NodeV1Api).createRuntimeClass({
    body: {
      metadata: { name },
      handler: 'conformance',
      ...(podFixed && { overhead: { podFixed } }),
    },
  })
  return name
}

conformance(
  '[sig-node] RuntimeClass should support RuntimeClasses API operations [Conformance]',
  async context => {
    await checkApiOperations(context, {
      group: 'node.k8s.io',
      version: 'v1',
      plural: 'runtimeclasses',
      kind: 'RuntimeClass',
      namespaced: false,
      object: () => ({ handler: 'conformance' }),
    })
    await context.step('one that exists is not created again', async () => {
      const name = await createRuntimeClass(context)
      const body = { metadata: { name }, handler: 'conformance' }
      expect((await refused(409, context.api(NodeV1Api).createRuntimeClass({ body }))).reason).toBe(
        'AlreadyExists',
      )
    })
  },
)

conformance(
  '[sig-node] RuntimeClass should reject a Pod requesting a non-existent RuntimeClass [NodeConformance] [Conformance]',
  async context => {
    await context.step('a pod of an unknown RuntimeClass is refused', async () => {
      const pod = createPod(context, { name: 'pod', spec: { runtimeClassName: 'nowhere' } })
      const status = await refused(403, pod)
      expect(status.reason).toBe('Forbidden')
      expect(status.message).toContain('RuntimeClass "nowhere" not found')
    })
  },
)

conformance(
  '[sig-node] RuntimeClass should reject a Pod requesting a deleted RuntimeClass [NodeConformance] [Conformance]',
  async context => {
    const name = await context.step('create a RuntimeClass', () => createRuntimeClass(context))
    await context.step('delete it', async () => {
      await context.api(NodeV1Api).deleteRuntimeClass({ name })
      await eventually(() => refused(404, context.api(NodeV1Api).readRuntimeClass({ name })))
    })
    await context.step('a pod of it is refused', () =>
      // An admission step may see the deletion a moment later than the reader.
      eventually(async () => {
        const dry = createPod(context, {
          name: 'pod',
          spec: { runtimeClassName: name },
          dryRun: 'All',
        })
        expect((await refused(403, dry)).reason).toBe('Forbidden')
      }),
    )
  },
)

conformance(
  '[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass without PodOverhead [NodeConformance] [Conformance]',
  async context => {
    const name = await context.step('create a RuntimeClass', () => createRuntimeClass(context))
    await context.step('a pod of it is bound to a node, and has no overhead', async () => {
      await eventually(() => createPod(context, { name: 'pod', spec: { runtimeClassName: name } }))
      const pod = await isScheduled(context, 'pod')
      expect(pod.spec?.runtimeClassName).toBe(name)
      expect(pod.spec?.overhead ?? {}).toEqual({})
    })
  },
)

conformance(
  '[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass and initialize its Overhead [NodeConformance] [Conformance]',
  async context => {
    const overhead = { cpu: '10m', memory: '1Mi' }
    const name = await context.step('create a RuntimeClass with an overhead', () =>
      createRuntimeClass(context, overhead),
    )
    await context.step('a pod of it is bound to a node, and has that overhead', async () => {
      await eventually(() => createPod(context, { name: 'pod', spec: { runtimeClassName: name } }))
      expect((await isScheduled(context, 'pod')).spec?.overhead).toEqual(overhead)
    })
  },
)
