import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import {
  configMaps,
  deployments,
  namespaces,
  pods,
  resourceQuotas,
  serviceAccounts,
  services,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { resourceQuotaController } from '#control-plane/controllers/resourcequota.ts'
import type { PodSpec, ResourceQuotaSpec } from '#kubernetes/api/core-v1.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

/** The controller's time stands still: it counts because something happened, not because it is time to. */
const clock = new FakeClock(Date.now())
let controlled: ControlledCluster
let client: Client
let namespace = ''
let next = 0

beforeAll(async () => {
  controlled = await startControlledCluster({ clock, only: [resourceQuotaController] })
  client = controlled.client
})
afterAll(() => controlled?.[Symbol.asyncDispose]())

beforeEach(async () => {
  namespace = `counting-${++next}`
  await client.create(namespaces, { metadata: { name: namespace }, spec: {} })
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace } })
})

async function limit(spec: ResourceQuotaSpec, name = 'cap') {
  await client.create(resourceQuotas, { metadata: { name, namespace }, spec })
  await eventually(async () => {
    const { status } = await client.get(resourceQuotas, { namespace, name })
    expect(status?.hard).toEqual(spec.hard)
  })
}
const used = async (name = 'cap') =>
  (await client.get(resourceQuotas, { namespace, name })).status?.used
const usedSoon = (amounts: Record<string, string>) =>
  eventually(async () => expect(await used()).toEqual(amounts))
const createPod = (name: string, spec: Partial<PodSpec> = {}) =>
  client.create(pods, {
    metadata: { name, namespace },
    spec: { containers: [{ name: 'main', image: 'x:1' }], ...spec },
  })
const configMap = (name: string) => client.create(configMaps, { metadata: { name, namespace } })

describe('what a quota counted is given back', () => {
  test('when it is deleted', async () => {
    await limit({ hard: { pods: '1', 'count/deployments.apps': '1' } })
    await createPod('only')
    const labels = { app: 'web' }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }] } }
    await client.create(deployments, {
      metadata: { name: 'web', namespace },
      spec: { selector: { matchLabels: labels }, template },
    })
    expect(await used()).toEqual({ pods: '1', 'count/deployments.apps': '1' })
    await client.delete(pods, { namespace, name: 'only' }, { gracePeriodSeconds: 0 })
    await usedSoon({ pods: '0', 'count/deployments.apps': '1' })
    await client.delete(deployments, { namespace, name: 'web' })
    await usedSoon({ pods: '0', 'count/deployments.apps': '0' })
  })

  test('when a pod has ended, but for the object itself', async () => {
    await limit({ hard: { pods: '1', 'count/pods': '1' } })
    await createPod('job')
    const done = { status: { phase: 'Succeeded' } }
    const named = { namespace, name: 'job' }
    await client.patch(pods, named, done, { type: 'merge', subresource: 'status' })
    await usedSoon({ pods: '0', 'count/pods': '1' })
  })

  test('when it was never stored, after a while', async () => {
    await limit({ hard: { configmaps: '3' } })
    await configMap('a')
    await expect(configMap('a')).rejects.toThrow('already exists')
    expect(await used()).toEqual({ configmaps: '2' })
    await clock.advance(1000)
    await limit({ hard: { configmaps: '9' } }, 'later')
    expect(await used()).toEqual({ configmaps: '2' })
    await clock.advance(5 * 60_000)
    await usedSoon({ configmaps: '1' })
  })
})

describe('a write', () => {
  test('counts towards every quota of its namespace', async () => {
    await limit({ hard: { configmaps: '2' } })
    await limit({ hard: { configmaps: '1' } }, 'tight')
    await configMap('a')
    expect([await used(), await used('tight')]).toEqual([{ configmaps: '1' }, { configmaps: '1' }])
    await expect(configMap('b')).rejects.toThrow('exceeded quota: tight')
    expect(await used()).toEqual({ configmaps: '1' })
  })

  test('counts once, also when a quota changes meanwhile', async () => {
    await limit({ hard: { configmaps: '100' } })
    await limit({ hard: { configmaps: '100' } }, 'other')
    const touch = (text: string) =>
      client.patch(
        resourceQuotas,
        { namespace, name: 'other' },
        { metadata: { annotations: { text } } },
        { type: 'merge' },
      )
    for (let round = 0; round < 20; round++) {
      await Promise.all([configMap(`a-${round}`), touch(`${round}`), configMap(`b-${round}`)])
    }
    expect([await used(), await used('other')]).toEqual([
      { configmaps: '40' },
      { configmaps: '40' },
    ])
  })

  test('of a change counts what it adds, no more', async () => {
    await limit({ hard: { 'services.nodeports': '2' } })
    const named = { namespace, name: 'web' }
    const ports = (...list: number[]) => ({
      spec: { ports: list.map(port => ({ name: `p${port}`, port })) },
    })
    await client.create(services, { metadata: named, spec: { type: 'NodePort', ...ports(1).spec } })
    await client.patch(services, named, ports(1, 2), { type: 'merge' })
    expect(await used()).toEqual({ 'services.nodeports': '2' })
    const more = client.patch(services, named, ports(1, 2, 3), { type: 'merge' })
    await expect(more).rejects.toThrow(
      'requested: services.nodeports=1, used: services.nodeports=2',
    )
  })

  test('of a pod’s resources counts when it is resized', async () => {
    await limit({ hard: { 'requests.cpu': '1' } })
    const asking = (cpu: string) => [
      { name: 'main', image: 'x:1', resources: { requests: { cpu } } },
    ]
    await createPod('grows', { containers: asking('500m') })
    const resize = (cpu: string) =>
      client.patch(
        pods,
        { namespace, name: 'grows' },
        { spec: { containers: asking(cpu) } },
        { type: 'strategic', subresource: 'resize' },
      )
    await resize('900m')
    expect(await used()).toEqual({ 'requests.cpu': '900m' })
    await expect(resize('1100m')).rejects.toThrow(
      'exceeded quota: cap, requested: requests.cpu=200m',
    )
  })

  test('counts where its scopes are, by how long a pod may live', async () => {
    await limit({ hard: { pods: '1' }, scopes: ['NotTerminating'] })
    await limit({ hard: { pods: '1' }, scopes: ['Terminating'] }, 'ending')
    await createPod('ends', { activeDeadlineSeconds: 60 })
    expect([await used(), await used('ending')]).toEqual([{ pods: '0' }, { pods: '1' }])
    await createPod('stays')
    expect([await used(), await used('ending')]).toEqual([{ pods: '1' }, { pods: '1' }])
  })
})
