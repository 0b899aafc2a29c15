import { expect } from 'vitest'
import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import type { AnyObject } from '../../support/generic-resource.ts'

const group = { group: 'resource.k8s.io', version: 'v1' }
const claimSpec = () => ({
  devices: { requests: [{ name: 'request', exactly: { deviceClassName: 'no-such-class' } }] },
})

conformance('[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 DeviceClass [Conformance]', context =>
  checkApiOperations(context, {
    ...group,
    plural: 'deviceclasses',
    kind: 'DeviceClass',
    namespaced: false,
    object: () => ({ spec: {} }),
  }),
)

conformance(
  '[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceClaimTemplate [Conformance]',
  context =>
    checkApiOperations(context, {
      ...group,
      plural: 'resourceclaimtemplates',
      kind: 'ResourceClaimTemplate',
      namespaced: true,
      object: () => ({ spec: { spec: claimSpec() } }),
    }),
)

let slices = 0

conformance('[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceSlice [Conformance]', context =>
  checkApiOperations(context, {
    ...group,
    plural: 'resourceslices',
    kind: 'ResourceSlice',
    namespaced: false,
    object: () => ({
      spec: {
        nodeName: 'no-such-node',
        driver: 'dra.example.com',
        pool: { name: `pool-${++slices}`, generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'device' }],
      },
    }),
  }),
)

conformance('[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceClaim [Conformance]', context =>
  checkApiOperations(context, {
    ...group,
    plural: 'resourceclaims',
    kind: 'ResourceClaim',
    namespaced: true,
    subresources: ['status'],
    object: () => ({ spec: claimSpec() }),
    async also(claims, { metadata: { name = '' } = {} }: AnyObject) {
      const results = [
        { request: 'request', driver: 'dra.example.com', pool: 'pool', device: 'device' },
      ]
      await context.step('patch its status: a device is allocated', async () => {
        const patched = await claims.patchStatus(name, {
          status: { allocation: { devices: { results } } },
        })
        expect(patched['status'].allocation.devices.results).toMatchObject(results)
      })
      await context.step('read and replace its status: none is allocated any more', async () => {
        const claim = await claims.getStatus(name)
        expect(claim['status'].allocation.devices.results).toMatchObject(results)
        claim['status'] = {}
        expect((await claims.replaceStatus(claim))['status']?.allocation).toBeUndefined()
      })
    },
  }),
)
