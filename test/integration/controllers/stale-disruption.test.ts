import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatTime } from '#base/clock.ts'
import { FakeClock } from '#base/fake-clock.ts'
import { pods, serviceAccounts } from '#client/resource-types.ts'
import { staleDisruptionController } from '#control-plane/controllers/stale-disruption.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

const clock = new FakeClock(Date.parse('2026-01-02T12:00:00Z'))
let controlled: ControlledCluster

beforeAll(async () => {
  controlled = await startControlledCluster({ clock, only: [staleDisruptionController] })
  const account = { metadata: { name: 'default', namespace: 'default' } }
  await controlled.client.create(serviceAccounts, account)
})

afterAll(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

async function marked(name: string, reason: string) {
  const { client } = controlled
  const created = await client.create(pods, {
    metadata: { name, namespace: 'default' },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'x:1' }] },
  })
  const lastTransitionTime = formatTime(clock.now())
  const condition = { type: 'DisruptionTarget', status: 'True', reason, lastTransitionTime }
  await client.updateStatus(pods, {
    ...created,
    status: { ...created.status, phase: 'Running', conditions: [condition] },
  })
}
const statusOf = async (name: string) =>
  (await controlled.client.get(pods, { namespace: 'default', name })).status?.conditions?.find(
    ({ type }) => type === 'DisruptionTarget',
  )?.status
const settled = () => new Promise(resolve => setTimeout(resolve, 150))

test('a pod that was not deleted after all is no longer said to be disrupted', async () => {
  await marked('kept', 'EvictionByEvictionAPI')
  await marked('terminated', 'TerminationByKubelet')
  await settled()
  await clock.advance(119_000)
  await settled()
  expect(await statusOf('kept')).toBe('True')
  await clock.advance(2000)
  await eventually(async () => expect(await statusOf('kept')).toBe('False'))
  expect(await statusOf('terminated')).toBe('True')
})
