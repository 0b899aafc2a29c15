import { EventsV1Api, type EventsV1Event, V1MicroTime } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import { jsonPatch, strategicMergePatch } from '../../support/patches.ts'
import { refused } from '../../support/refusals.ts'

const noticed = new V1MicroTime(1_505_828_956_000)

const eventFor = (namespace: string, name: string): EventsV1Event => ({
  metadata: { name, labels: { 'test-events': 'true' } },
  regarding: { kind: 'Pod', name: 'pod', namespace },
  reportingController: 'test-controller',
  reportingInstance: 'test-node',
  action: 'Do',
  reason: 'Test',
  type: 'Normal',
  eventTime: noticed,
})

conformance(
  '[sig-instrumentation] Events API should ensure that an event can be fetched, patched, deleted, and listed [Conformance]',
  async ({ step, api, core, namespace }) => {
    const events = api(EventsV1Api)
    const key = { namespace, name: 'event-test' }
    const everywhere = async () =>
      (await events.listEventForAllNamespaces({ fieldSelector: `metadata.namespace=${namespace}` }))
        .items
    await step('create an Event: the list of all namespaces has it', async () => {
      await events.createNamespacedEvent({ namespace, body: eventFor(namespace, key.name) })
      expect((await everywhere()).map(({ metadata }) => metadata?.name)).toEqual([key.name])
    })
    await step('the list of its namespace has it by a field', async () => {
      const fieldSelector = 'reportingController=test-controller'
      const { items } = await events.listNamespacedEvent({ namespace, fieldSelector })
      expect(items.map(({ metadata }) => metadata?.name)).toEqual([key.name])
    })
    await step('the core API shows the same Event', async () => {
      const { involvedObject, reportingComponent } = await core.readNamespacedEvent(key)
      expect([involvedObject.name, reportingComponent]).toEqual(['pod', 'test-controller'])
    })
    const series = (count: number) => ({ count, lastObservedTime: noticed })
    await step('patch a series: it is read back', async () => {
      const body = { series: series(2) }
      await events.patchNamespacedEvent({ ...key, body }, strategicMergePatch)
      expect((await events.readNamespacedEvent(key)).series?.count).toBe(2)
    })
    await step('update the series: it is read back', async () => {
      const body = await events.readNamespacedEvent(key)
      body.series = series(100)
      await events.replaceNamespacedEvent({ ...key, body })
      expect((await events.readNamespacedEvent(key)).series?.count).toBe(100)
    })
    await step('what an Event regards can not be changed', async () => {
      const body = [{ op: 'replace', path: '/regarding/name', value: 'another' }]
      await refused(422, events.patchNamespacedEvent({ ...key, body }, jsonPatch))
    })
    await step('delete it: it is gone', async () => {
      await events.deleteNamespacedEvent(key)
      await refused(404, events.readNamespacedEvent(key))
      expect(await everywhere()).toEqual([])
    })
  },
)

conformance(
  '[sig-instrumentation] Events API should delete a collection of events [Conformance]',
  async ({ step, api, namespace }) => {
    const events = api(EventsV1Api)
    const labelSelector = 'test-events=true'
    const names = async () =>
      (await events.listNamespacedEvent({ namespace, labelSelector })).items.map(
        ({ metadata }) => metadata?.name,
      )
    await step('create three', async () => {
      for (const name of ['event-1', 'event-2', 'event-3']) {
        await events.createNamespacedEvent({ namespace, body: eventFor(namespace, name) })
      }
      expect(await names()).toEqual(['event-1', 'event-2', 'event-3'])
    })
    await step('delete them as a collection: none is left', async () => {
      await events.deleteCollectionNamespacedEvent({ namespace, labelSelector })
      expect(await names()).toEqual([])
    })
  },
)
