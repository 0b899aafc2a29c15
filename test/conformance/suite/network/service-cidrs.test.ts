import { NetworkingV1Api, type V1ServiceCIDR } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import { mergePatch } from '../../support/patches.ts'
import { refused } from '../../support/refusals.ts'

/** Ranges for documentation and benchmarks, which no cluster's Services come from. */
const range = '203.0.113.0/24'
let next = 1

conformance(
  '[sig-network] ServiceCIDR and IPAddress API should support IPAddress API operations [Conformance]',
  async context => {
    const names: string[] = []
    await checkApiOperations(context, {
      group: 'networking.k8s.io',
      version: 'v1',
      plural: 'ipaddresses',
      kind: 'IPAddress',
      namespaced: false,
      newName: () => {
        names.push(`198.18.0.${next++}`)
        return names.at(-1) ?? ''
      },
      object: () => ({
        metadata: { labels: { 'ipaddress.kubernetes.io/managed-by': 'conformance' } },
        spec: {
          parentRef: {
            group: '',
            resource: 'services',
            namespace: context.namespace,
            name: 'none',
          },
        },
      }),
    })
    await context.step('an IPAddress whose name is no address is invalid', async () => {
      const spec = { parentRef: { resource: 'services', namespace: 'default', name: 'none' } }
      const body = { metadata: { name: context.uniqueName('no-address') }, spec }
      const status = await refused(422, context.api(NetworkingV1Api).createIPAddress({ body }))
      expect(status.details?.causes?.map(({ field }) => field)).toContain('metadata.name')
    })
  },
)

const readyOf = ({ status }: V1ServiceCIDR) =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status

conformance(
  '[sig-network] ServiceCIDR and IPAddress API should support ServiceCIDR API operations [Conformance]',
  async ({ step, api, uniqueName, defer }) => {
    const networking = api(NetworkingV1Api)
    const name = uniqueName('cidr')
    await step('the ServiceCIDR kubernetes is there and ready', async () => {
      const own = await networking.readServiceCIDR({ name: 'kubernetes' })
      expect(readyOf(own)).toBe('True')
      expect(own.spec?.cidrs?.length).toBeGreaterThan(0)
    })
    await step('create another: it becomes ready', async () => {
      defer(() => networking.deleteServiceCIDR({ name }))
      await networking.createServiceCIDR({ body: { metadata: { name }, spec: { cidrs: [range] } } })
      await eventually(async () =>
        expect(readyOf(await networking.readServiceCIDR({ name }))).toBe('True'),
      )
    })
    await step('it is in the list', async () => {
      const { items } = await networking.listServiceCIDR()
      expect(items.map(({ metadata }) => metadata?.name)).toEqual(
        expect.arrayContaining(['kubernetes', name]),
      )
    })
    await step('patch it, and its status', async () => {
      const patched = await networking.patchServiceCIDR(
        { name, body: { metadata: { annotations: { patched: 'true' } } } },
        mergePatch,
      )
      expect(patched.metadata?.annotations).toEqual({ patched: 'true' })
      const body = await networking.readServiceCIDRStatus({ name })
      const condition = { type: 'Other', status: 'True', reason: 'Set', message: 'by a test' }
      body.status = {
        conditions: [
          ...(body.status?.conditions ?? []),
          { ...condition, lastTransitionTime: new Date() },
        ],
      }
      await networking.replaceServiceCIDRStatus({ name, body })
      const { status } = await networking.readServiceCIDR({ name })
      expect(status?.conditions?.map(({ type }) => type)).toContain('Other')
    })
    await step('its ranges do not change', async () => {
      const body = { spec: { cidrs: ['198.51.100.0/24'] } }
      const status = await refused(422, networking.patchServiceCIDR({ name, body }, mergePatch))
      expect(status.details?.causes).toMatchObject([
        { field: expect.stringMatching(/^spec\.cidrs/) },
      ])
    })
    await step('delete it: it goes, since no address comes from it', async () => {
      await networking.deleteServiceCIDR({ name })
      await eventually(() => refused(404, networking.readServiceCIDR({ name })))
    })
  },
)
