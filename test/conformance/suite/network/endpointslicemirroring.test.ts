import { DiscoveryV1Api } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-network] EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete [Conformance]',
  async ({ step, core, api, namespace }) => {
    const key = { namespace, name: 'example-custom-endpoints' }
    const mirrored = async () => {
      const { items } = await api(DiscoveryV1Api).listNamespacedEndpointSlice({
        namespace,
        labelSelector: `kubernetes.io/service-name=${key.name}`,
      })
      return items.map(({ endpoints, ports, metadata }) => ({
        addresses: endpoints?.flatMap(({ addresses }) => addresses),
        ports: ports?.map(({ port }) => port),
        by: metadata?.labels?.['endpointslice.kubernetes.io/managed-by'],
      }))
    }
    const endpoints = (ip: string, port: number) => ({
      metadata: { name: key.name },
      subsets: [{ addresses: [{ ip }], ports: [{ port }] }],
    })
    const by = 'endpointslicemirroring-controller.k8s.io'
    await step('create a Service without a selector, and Endpoints for it', async () => {
      const spec = { ports: [{ port: 80, targetPort: 80 }] }
      await core.createNamespacedService({
        namespace,
        body: { metadata: { name: key.name }, spec },
      })
      await core.createNamespacedEndpoints({ namespace, body: endpoints('10.1.2.3', 80) })
    })
    await step('a slice with the same address and port comes', () =>
      eventually(async () =>
        expect(await mirrored()).toEqual([{ addresses: ['10.1.2.3'], ports: [80], by }]),
      ),
    )
    await step('change the Endpoints: the slice follows', async () => {
      await core.replaceNamespacedEndpoints({ ...key, body: endpoints('10.2.3.4', 9090) })
      await eventually(async () =>
        expect(await mirrored()).toEqual([{ addresses: ['10.2.3.4'], ports: [9090], by }]),
      )
    })
    await step('delete the Endpoints: the slice goes', async () => {
      await core.deleteNamespacedEndpoints(key)
      await eventually(async () => expect(await mirrored()).toEqual([]))
    })
  },
)
