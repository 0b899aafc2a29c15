import { DiscoveryV1Api } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'

const kubernetes = { namespace: 'default', name: 'kubernetes' }

conformance(
  '[sig-network] API Server should provide secure master service [Conformance]',
  async ({ step, core }) => {
    await step('the Service default/kubernetes offers HTTPS on 443', async () => {
      const { spec } = await core.readNamespacedService(kubernetes)
      expect(spec?.ports).toMatchObject([{ name: 'https', port: 443, protocol: 'TCP' }])
      expect(spec?.clusterIP).toBeTruthy()
    })
  },
)

conformance(
  '[sig-network] API Server should have Endpoints and EndpointSlices pointing to API Server [Conformance]',
  async ({ step, core, api }) => {
    const service = await step('the Service default/kubernetes is there', () =>
      core.readNamespacedService(kubernetes),
    )
    const endpoints = await step('so are Endpoints of one subset, with port https', async () => {
      const { subsets = [] } = await core.readNamespacedEndpoints(kubernetes)
      expect(subsets).toHaveLength(1)
      expect(subsets[0]?.ports).toMatchObject([{ name: 'https', protocol: 'TCP' }])
      return { addresses: subsets[0]?.addresses?.map(({ ip }) => ip), ports: subsets[0]?.ports }
    })
    await step('and EndpointSlices of the same addresses and port', async () => {
      const { items } = await api(DiscoveryV1Api).listNamespacedEndpointSlice({
        namespace: 'default',
        labelSelector: 'kubernetes.io/service-name=kubernetes',
      })
      expect(items.length).toBeGreaterThan(0)
      const addresses = items.flatMap(slice => slice.endpoints ?? []).flatMap(one => one.addresses)
      expect(addresses.toSorted()).toEqual(endpoints.addresses?.toSorted())
      for (const { ports, endpoints: told = [] } of items) {
        expect(ports).toMatchObject([
          { name: 'https', port: endpoints.ports?.[0]?.port, protocol: 'TCP' },
        ])
        for (const { conditions } of told) expect(conditions?.ready).toBe(true)
      }
    })
    await step('the Service has no selector: the API server writes these itself', () =>
      expect(service.spec?.selector ?? {}).toEqual({}),
    )
  },
)
