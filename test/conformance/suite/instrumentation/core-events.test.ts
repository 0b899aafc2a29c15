import type { CoreV1Event } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import { strategicMergePatch } from '../../support/patches.ts'
import { refused } from '../../support/refusals.ts'

const eventFor = (
  namespace: string,
  name: string,
  labels: Record<string, string>,
): CoreV1Event => ({
  metadata: { name, labels },
  message: 'This is a test event',
  reason: 'Test',
  type: 'Normal',
  count: 1,
  involvedObject: { kind: 'Pod', name: 'pod', namespace },
})

conformance(
  '[sig-instrumentation] Events should manage the lifecycle of an event [Conformance]',
  async ({ step, core, namespace }) => {
    const key = { namespace, name: 'event-test' }
    const labelSelector = `testevent-constant=${namespace}`
    const everywhere = async () => (await core.listEventForAllNamespaces({ labelSelector })).items
    await step('create an Event: the list of all namespaces has it', async () => {
      const body = eventFor(namespace, key.name, { 'testevent-constant': namespace })
      await core.createNamespacedEvent({ namespace, body })
      expect((await everywhere()).map(({ message }) => message)).toEqual(['This is a test event'])
    })
    await step('patch its message: it is read back', async () => {
      const body = { message: 'This is a test event - patched' }
      await core.patchNamespacedEvent({ ...key, body }, strategicMergePatch)
      expect((await core.readNamespacedEvent(key)).message).toBe(body.message)
    })
    await step('update its count and message: they are read back', async () => {
      const event = await core.readNamespacedEvent(key)
      event.count = 100
      event.message = 'This is a test event - updated'
      await core.replaceNamespacedEvent({ ...key, body: event })
      const read = await core.readNamespacedEvent(key)
      expect([read.count, read.message]).toEqual([100, event.message])
    })
    await step('delete it: it is gone from the list', async () => {
      await core.deleteNamespacedEvent(key)
      await refused(404, core.readNamespacedEvent(key))
      expect(await everywhere()).toEqual([])
    })
  },
)

conformance(
  '[sig-instrumentation] Events should delete a collection of events [Conformance]',
  async ({ step, core, namespace }) => {
    const labelSelector = 'testevent-set=true'
    const names = async () =>
      (await core.listNamespacedEvent({ namespace, labelSelector })).items.map(
        ({ metadata }) => metadata?.name,
      )
    await step('create three of one label', async () => {
      for (const name of ['test-event-1', 'test-event-2', 'test-event-3']) {
        const body = eventFor(namespace, name, { 'testevent-set': 'true' })
        await core.createNamespacedEvent({ namespace, body })
      }
      expect(await names()).toEqual(['test-event-1', 'test-event-2', 'test-event-3'])
    })
    await step('delete them as a collection: none is left', async () => {
      await core.deleteCollectionNamespacedEvent({ namespace, labelSelector })
      expect(await names()).toEqual([])
    })
  },
)
