import type { V1Endpoints } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import { strategicMergePatch } from '../../support/patches.ts'
import { refused } from '../../support/refusals.ts'

const addressesOf = (endpoints: V1Endpoints) =>
  (endpoints.subsets ?? []).flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip))

conformance(
  '[sig-network] Endpoints should test the lifecycle of an Endpoint [Conformance]',
  async ({ step, core, namespace, watch }) => {
    const key = { namespace, name: 'testservice' }
    const labels = { 'test-endpoint-static': 'true' }
    const labelSelector = 'test-endpoint-static=true'
    const path = `/api/v1/namespaces/${namespace}/endpoints`
    const watched = await step('watch Endpoints', () => watch(path, { labelSelector }))
    await step('create an Endpoints: the watch tells it', async () => {
      await core.createNamespacedEndpoints({
        namespace,
        body: {
          metadata: { name: key.name, labels },
          subsets: [{ addresses: [{ ip: '10.0.0.24' }], ports: [{ name: 'http', port: 80 }] }],
        },
      })
      await watched.until('ADDED')
    })
    await step('it is in the list of all namespaces', async () => {
      const { items } = await core.listEndpointsForAllNamespaces({ labelSelector })
      const mine = items.filter(({ metadata }) => metadata?.namespace === namespace)
      expect(mine.map(addressesOf)).toEqual([['10.0.0.24']])
    })
    await step('update it: the change is read back', async () => {
      const body = await core.readNamespacedEndpoints(key)
      body.metadata = { ...body.metadata, labels: { ...labels, 'test-service': 'updated' } }
      await core.replaceNamespacedEndpoints({ ...key, body })
      await watched.until('MODIFIED')
      const { metadata } = await core.readNamespacedEndpoints(key)
      expect(metadata?.labels).toMatchObject({ 'test-service': 'updated' })
    })
    await step('patch label and address: both are read back', async () => {
      await core.patchNamespacedEndpoints(
        {
          ...key,
          body: {
            metadata: { labels: { 'test-service': 'patched' } },
            subsets: [
              { addresses: [{ ip: '10.0.0.25' }], ports: [{ name: 'http-test', port: 8080 }] },
            ],
          },
        },
        strategicMergePatch,
      )
      await watched.until('MODIFIED')
      const endpoints = await core.readNamespacedEndpoints(key)
      expect(endpoints.metadata?.labels).toMatchObject({ 'test-service': 'patched' })
      expect(addressesOf(endpoints)).toEqual(['10.0.0.25'])
      expect(endpoints.subsets?.[0]?.ports).toEqual([
        { name: 'http-test', port: 8080, protocol: 'TCP' },
      ])
    })
    await step('delete it as a collection: the watch tells it, and it is gone', async () => {
      await core.deleteCollectionNamespacedEndpoints({ namespace, labelSelector })
      await watched.until('DELETED')
      await refused(404, core.readNamespacedEndpoints(key))
    })
  },
)

conformance(
  '[sig-network] EndpointsController should create and delete Endpoints for a Service with a selector that matches no pods [Conformance]',
  async ({ step, core, namespace }) => {
    const key = { namespace, name: 'without-pods' }
    await step('create a Service whose selector matches no pod', () =>
      core.createNamespacedService({
        namespace,
        body: {
          metadata: { name: key.name },
          spec: {
            selector: { 'does-not-match-anything': 'endpoints-should-still-be-created' },
            ports: [{ name: 'example', port: 80 }],
          },
        },
      }),
    )
    await step('it gets an Endpoints of its name, without addresses', async () => {
      const endpoints = await eventually(() => core.readNamespacedEndpoints(key))
      expect(endpoints.subsets ?? []).toEqual([])
    })
    await step('delete the Service: its Endpoints go too', async () => {
      await core.deleteNamespacedService(key)
      await eventually(() => refused(404, core.readNamespacedEndpoints(key)))
    })
  },
)
