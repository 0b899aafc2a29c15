import type { V1Service } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import { jsonPatch, mergePatch } from '../../support/patches.ts'
import { refused } from '../../support/refusals.ts'

const web = { ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 80 }] }

conformance(
  '[sig-network] Services should find a service from listing all namespaces [Conformance]',
  async ({ step, core }) => {
    await step('the list of all namespaces has default/kubernetes', async () => {
      const { items } = await core.listServiceForAllNamespaces()
      expect(items.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`)).toContain(
        'default/kubernetes',
      )
    })
  },
)

conformance(
  '[sig-network] Services should delete a collection of services [Conformance]',
  async ({ step, core, namespace }) => {
    const label = 'e2e-test-service'
    const names = async (labelSelector?: string) =>
      (
        await core.listNamespacedService({ namespace, ...(labelSelector && { labelSelector }) })
      ).items
        .map(({ metadata }) => metadata?.name)
        .toSorted()
    await step('create three Services, two of them with a label', async () => {
      for (const [name, labels] of [
        ['one', { [label]: 'doomed' }],
        ['two', { [label]: 'doomed' }],
        ['three', { [label]: 'stays' }],
      ] as const) {
        await core.createNamespacedService({
          namespace,
          body: { metadata: { name, labels }, spec: web },
        })
      }
      expect(await names()).toEqual(['one', 'three', 'two'])
    })
    await step('delete those with the label', () =>
      core.deleteCollectionNamespacedService({ namespace, labelSelector: `${label}=doomed` }),
    )
    await step('only the other one is left', async () => {
      expect(await names()).toEqual(['three'])
      expect(await names(`${label}=doomed`)).toEqual([])
    })
  },
)

conformance(
  '[sig-network] Services should complete a service status lifecycle [Conformance]',
  async ({ step, core, namespace, watch }) => {
    const key = { namespace, name: 'test-service' }
    const labelSelector = 'test-service-static=true'
    const conditionOf = (service: V1Service) =>
      service.status?.conditions?.map(({ type, status, reason }) => ({ type, status, reason }))
    const watched = await step('watch Services', () =>
      watch(`/api/v1/namespaces/${namespace}/services`, { labelSelector }),
    )
    await step('create one of type LoadBalancer', async () => {
      await core.createNamespacedService({
        namespace,
        body: {
          metadata: { name: key.name, labels: { 'test-service-static': 'true' } },
          spec: { ...web, type: 'LoadBalancer', loadBalancerClass: 'example.com/nobody' },
        },
      })
      await watched.until('ADDED')
    })
    await step('read its status', async () => {
      expect((await core.readNamespacedServiceStatus(key)).metadata?.name).toBe(key.name)
    })
    await step('patch its status: an annotation and an address', async () => {
      await core.patchNamespacedServiceStatus(
        {
          ...key,
          body: {
            metadata: { annotations: { patchedstatus: 'true' } },
            status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } },
          },
        },
        mergePatch,
      )
      const seen = await watched.until('MODIFIED', one => one.metadata.annotations?.patchedstatus)
      expect(seen.status.loadBalancer.ingress).toMatchObject([{ ip: '203.0.113.1' }])
    })
    const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E' }
    await step('replace its status with a condition of our own', async () => {
      const body = await core.readNamespacedServiceStatus(key)
      body.status = {
        ...body.status,
        conditions: [
          { ...condition, message: 'Set from e2e test', lastTransitionTime: new Date() },
        ],
      }
      expect(
        conditionOf(await core.replaceNamespacedServiceStatus({ ...key, body })),
      ).toContainEqual(condition)
      await watched.until('MODIFIED', one => one.status.conditions?.length)
    })
    await step('patch the Service: the status stays', async () => {
      const body = [{ op: 'add', path: '/metadata/labels/test-service', value: 'patched' }]
      const patched = await core.patchNamespacedService({ ...key, body }, jsonPatch)
      expect(patched.metadata?.labels).toMatchObject({ 'test-service': 'patched' })
      expect(conditionOf(patched)).toContainEqual(condition)
      await watched.until('MODIFIED', one => one.metadata.labels['test-service'] === 'patched')
    })
    await step('delete it: the watch tells it, and it is gone', async () => {
      await core.deleteCollectionNamespacedService({ namespace, labelSelector })
      await watched.until('DELETED')
      await refused(404, core.readNamespacedService(key))
    })
  },
)
