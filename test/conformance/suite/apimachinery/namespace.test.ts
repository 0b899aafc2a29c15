import type { V1Namespace } from '@kubernetes/client-node'
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { refused } from '../../support/refusals.ts'

const strategicMerge = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch)

/** Resolves when a namespace and all that was in it is gone. */
async function gone({ core }: ConformanceContext, name: string): Promise<void> {
  await eventually(() => refused(404, core.readNamespace({ name })))
}

conformance(
  '[sig-api-machinery] Namespaces [Serial] should patch a Namespace [Conformance]',
  async ({ core, namespace: name, step }) => {
    await step('patch a label into a namespace: a read has it', async () => {
      const body = { metadata: { labels: { testLabel: 'testValue' } } }
      await core.patchNamespace({ name, body }, strategicMerge)
      const { metadata } = await core.readNamespace({ name })
      expect(metadata?.labels).toMatchObject({
        testLabel: 'testValue',
        'kubernetes.io/metadata.name': name,
      })
    })
  },
)

conformance(
  '[sig-api-machinery] Namespaces [Serial] should apply an update to a Namespace [Conformance]',
  async ({ core, namespace: name, step }) => {
    await step('update a label of a namespace: the answer and a read have it', async () => {
      const updated = await eventually(async () => {
        const body = await core.readNamespace({ name })
        body.metadata = { ...body.metadata, labels: { ...body.metadata?.labels, updated: name } }
        return core.replaceNamespace({ name, body })
      })
      expect(updated.metadata?.labels).toMatchObject({ updated: name })
      expect((await core.readNamespace({ name })).metadata?.labels).toMatchObject({ updated: name })
    })
  },
)

conformance(
  '[sig-api-machinery] Namespaces [Serial] should apply changes to a namespace status [Conformance]',
  async ({ core, namespace: name, step }) => {
    const condition = (type: string) => ({
      type,
      status: 'True',
      reason: 'E2E',
      message: `set by a test: ${type}`,
    })
    const conditionTypes = ({ status }: V1Namespace) => status?.conditions?.map(({ type }) => type)
    await step('the status says that the namespace is active', async () => {
      expect((await core.readNamespaceStatus({ name })).status?.phase).toBe('Active')
    })
    await step('patch a condition into the status', async () => {
      const body = {
        metadata: { annotations: { 'patched-status': name } },
        status: { conditions: [condition('StatusPatch')] },
      }
      const patched = await core.patchNamespaceStatus({ name, body }, strategicMerge)
      expect(patched.metadata?.annotations).toMatchObject({ 'patched-status': name })
      expect(patched.status).toMatchObject({
        phase: 'Active',
        conditions: [condition('StatusPatch')],
      })
    })
    await step('update the status with a further condition: a read has both', async () => {
      await eventually(async () => {
        const body = await core.readNamespaceStatus({ name })
        body.status = {
          ...body.status,
          conditions: [...(body.status?.conditions ?? []), condition('StatusUpdate')],
        }
        await core.replaceNamespaceStatus({ name, body })
      })
      const read = await core.readNamespaceStatus({ name })
      expect(conditionTypes(read)).toEqual(['StatusPatch', 'StatusUpdate'])
    })
  },
)

conformance(
  '[sig-api-machinery] Namespaces [Serial] should apply a finalizer to a Namespace [Conformance]',
  async context => {
    const { core, step, uniqueName, createNamespace } = context
    const finalizer = 'e2e.example.com/fakeFinalizer'
    const name = uniqueName('finalized')
    await step('create a namespace', () => createNamespace(name))
    const finalize = (change: (finalizers: string[]) => string[]) =>
      eventually(async () => {
        const body = await core.readNamespace({ name })
        body.spec = { ...body.spec, finalizers: change(body.spec?.finalizers ?? []) }
        return core.replaceNamespaceFinalize({ name, body })
      })
    await step('add a finalizer by /finalize: a read has it', async () => {
      await finalize(all => [...all, finalizer])
      const { spec } = await core.readNamespace({ name })
      expect(spec?.finalizers).toEqual(['kubernetes', finalizer])
    })
    await step(
      'delete the namespace: it stays Terminating while the finalizer is there',
      async () => {
        await core.deleteNamespace({ name })
        const held = await eventually(async () => {
          const { spec, status } = await core.readNamespace({ name })
          expect(spec?.finalizers).toEqual([finalizer])
          return status
        })
        expect(held?.phase).toBe('Terminating')
      },
    )
    await step('remove the finalizer: it goes', async () => {
      await finalize(all => all.filter(other => other !== finalizer))
      await gone(context, name)
    })
  },
)

conformance(
  '[sig-api-machinery] Namespaces [Serial] should ensure that all services are removed when a namespace is deleted [Conformance]',
  async context => {
    const { core, step, uniqueName, createNamespace } = context
    const name = uniqueName('services')
    await step('create a namespace with a Service', async () => {
      await createNamespace(name)
      const spec = { selector: { app: 'none' }, ports: [{ port: 80 }] }
      const body = { metadata: { name: 'test-service' }, spec }
      await core.createNamespacedService({ namespace: name, body })
    })
    await step('delete the namespace and wait until it is gone', async () => {
      await core.deleteNamespace({ name })
      await gone(context, name)
    })
    await step('create it anew: it has no Service', async () => {
      await createNamespace(name)
      expect((await core.listNamespacedService({ namespace: name })).items).toEqual([])
    })
  },
)

conformance(
  '[sig-api-machinery] Namespaces [Serial] should ensure that all pods are removed when a namespace is deleted [Conformance]',
  async context => {
    const { core, step, uniqueName, createNamespace } = context
    const name = uniqueName('pods')
    await step('create a namespace with a running Pod', async () => {
      await createNamespace(name)
      const body = {
        metadata: { name: 'test-pod' },
        spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10.1' }] },
      }
      await core.createNamespacedPod({ namespace: name, body })
      await eventually(async () => {
        const pod = await core.readNamespacedPod({ namespace: name, name: 'test-pod' })
        expect(pod.status?.phase).toBe('Running')
      })
    })
    await step('delete the namespace and wait until it is gone', async () => {
      await core.deleteNamespace({ name })
      await gone(context, name)
    })
    await step('create it anew: it has no Pod', async () => {
      await createNamespace(name)
      expect((await core.listNamespacedPod({ namespace: name })).items).toEqual([])
    })
  },
)

conformance(
  '[sig-api-machinery] OrderedNamespaceDeletion namespace deletion should delete pod first [Conformance]',
  async context => {
    const { core, step, uniqueName, createNamespace } = context
    const namespace = uniqueName('ordered')
    const pod = { namespace, name: 'held' }
    const configMap = { namespace, name: 'kept' }
    await step(
      'create a namespace with a ConfigMap, and a Pod that a finalizer holds',
      async () => {
        await createNamespace(namespace)
        await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'kept' } } })
        const body = {
          metadata: { name: 'held', finalizers: ['e2e.example.com/finalizer'] },
          spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10.1' }] },
        }
        await core.createNamespacedPod({ namespace, body })
      },
    )
    await step(
      'delete the namespace: the Pod is being deleted, and it is said what is left',
      async () => {
        await core.deleteNamespace({ name: namespace })
        await eventually(async () => {
          const { metadata } = await core.readNamespacedPod(pod)
          expect(metadata?.deletionTimestamp).toBeDefined()
          const { status } = await core.readNamespace({ name: namespace })
          expect(status?.conditions).toContainEqual(
            expect.objectContaining({ type: 'NamespaceFinalizersRemaining', status: 'True' }),
          )
        })
      },
    )
    await step('the ConfigMap is there as before', async () => {
      const { metadata } = await core.readNamespacedConfigMap(configMap)
      expect(metadata?.deletionTimestamp).toBeUndefined()
    })
    await step('let the Pod go: ConfigMap and namespace follow', async () => {
      const body = { metadata: { finalizers: null } }
      await core.patchNamespacedPod({ ...pod, body }, strategicMerge)
      await gone(context, namespace)
    })
  },
)
