import { DiscoveryV1Api } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-network] EndpointSlice should support creating EndpointSlice API operations [Conformance]',
  context =>
    checkApiOperations(context, {
      group: 'discovery.k8s.io',
      version: 'v1',
      plural: 'endpointslices',
      kind: 'EndpointSlice',
      namespaced: true,
      object: () => ({
        addressType: 'IPv4',
        endpoints: [{ addresses: ['1.2.3.4', '5.6.7.8'] }],
        ports: [],
      }),
    }),
)

conformance(
  '[sig-network] EndpointSlice should create and delete EndpointSlices for a Service with a selector that matches no pods [Conformance]',
  async ({ step, core, api, namespace }) => {
    const name = 'without-pods'
    const slices = async () => {
      const labelSelector = `kubernetes.io/service-name=${name}`
      return (await api(DiscoveryV1Api).listNamespacedEndpointSlice({ namespace, labelSelector }))
        .items
    }
    await step('create a Service whose selector matches no pod', () =>
      core.createNamespacedService({
        namespace,
        body: {
          metadata: { name },
          spec: {
            selector: {
              'does-not-match-anything': 'endpoints-and-endpoint-slices-should-still-be',
            },
            ports: [{ name: 'example', port: 80, protocol: 'TCP' }],
          },
        },
      }),
    )
    await step(
      'it gets one EndpointSlice, managed by the controller, without endpoints',
      async () => {
        const [slice, ...others] = await eventually(async () => {
          const found = await slices()
          expect(found).not.toEqual([])
          return found
        })
        expect(others).toEqual([])
        expect(slice?.endpoints ?? []).toEqual([])
        expect(slice?.metadata?.labels).toMatchObject({
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        })
        expect(slice?.metadata?.ownerReferences).toMatchObject([{ kind: 'Service', name }])
      },
    )
    await step('delete the Service: its EndpointSlice goes too', async () => {
      await core.deleteNamespacedService({ namespace, name })
      await eventually(async () => expect(await slices()).toEqual([]))
    })
  },
)
